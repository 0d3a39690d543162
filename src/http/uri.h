#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace livecert::http {

// Name and value of each query parameter, decoded, in the order received.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

// The parts of a request target (RFC 9112 §3.2.1 origin-form and §3.2.2 absolute-form).
struct Target {
  std::string path;       // still percent-encoded; "/" when the target has none
  std::string raw_query;  // without the "?"
  QueryParameters query;  // "+" and %20 both decode to a space; a name without "=" has the empty value
};

// nullopt if the target has neither form, holds bytes outside printable ASCII, or has a broken percent-encoding in its
// query.
[[nodiscard]] std::optional<Target> parse_target(std::string_view target);

// The first value of that name, or nullopt. Names are case-sensitive.
[[nodiscard]] std::optional<std::string_view> find_parameter(const QueryParameters& query, std::string_view name);

// RFC 3986 §2.3: unreserved characters stay, every other byte becomes an upper-case %XX (a space %20).
[[nodiscard]] std::string percent_encode(std::string_view text);

// A Host field or authority: host (brackets of an IPv6 literal kept) and port, empty when there is none.
struct HostAndPort {
  std::string_view host;
  std::string_view port;
};
// Both results point into `authority`, so a temporary string is not allowed. A template, so that a literal is not
// ambiguous.
[[nodiscard]] HostAndPort split_host(std::string_view authority);
template <std::same_as<std::string> Temporary>
HostAndPort split_host(Temporary&&) = delete;

}  // namespace livecert::http
