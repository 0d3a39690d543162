#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/domain_name.h"
#include "domain/tls_version.h"

namespace livecert::domain {

// The wire's numbers for the two states that a domain can have.
enum class DomainStatus : std::uint8_t { kNormal = 0, kDisabled = 2 };

struct Tag {
  std::string key;
  std::string value;
  bool operator==(const Tag&) const = default;
};

// A host name that streams are pushed to or pulled from. Exactly one account owns it.
struct LiveDomain {
  DomainName name;
  base::AccountId account;
  std::string project;
  std::string vhost;   // groups the domains of one service
  std::string type;    // "push" or "pull-flv"
  std::string region;  // "cn", "cn-oversea" or "cn-global"
  DomainStatus status = DomainStatus::kNormal;
  std::vector<Tag> tags;
  base::Time created_at;
};

inline constexpr std::string_view kDefaultDomainType = "pull-flv";
inline constexpr std::string_view kDefaultRegion = "cn";
// The vendor's limit for the domains of one account in one vhost.
inline constexpr std::size_t kMaxDomainsOfVhost = 10;

// How TLS servers should serve a bound certificate.
struct TlsSwitches {
  bool https = false;
  bool http2 = false;
  TlsVersion min_version = TlsVersion::k12;
  std::optional<TlsVersion> max_version = {};  // nullopt: no limit
  bool operator==(const TlsSwitches&) const = default;
};

// The use of a chain by a domain: always the chain's current version. The next binding replaces it completely.
struct Binding {
  base::ChainId chain;
  TlsSwitches tls;
  base::Time bound_at;
  std::string bound_by;    // id of the access key
  std::string bound_from;  // peer address

  bool operator==(const Binding&) const = default;
};

// Letters, digits and hyphens, 1 to 60. Error: kInvalidInput.
[[nodiscard]] base::Result<std::string> parse_vhost(std::string_view text);

// The vhost of a domain that was made without one: its name with hyphens in place of dots.
[[nodiscard]] std::string default_vhost(std::string_view domain);

// Whether a certificate with these DNS names covers the host: a name equal to it, or a wildcard for its first label
// (RFC 6125 §6.4.3), ignoring ASCII case.
[[nodiscard]] bool covers(const std::vector<std::string>& dns_names, std::string_view host);

// The name that covers the host, a plain one before a wildcard; empty if none does.
[[nodiscard]] std::string covering_name(const std::vector<std::string>& dns_names, std::string_view host);

}  // namespace livecert::domain
