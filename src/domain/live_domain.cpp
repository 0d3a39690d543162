#include "domain/live_domain.h"

#include <algorithm>

#include "base/bytes.h"

namespace livecert::domain {
namespace {

constexpr std::size_t kMaxVhostLength = 60;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// `host` in lower case.
bool matches(const std::string& pattern, std::string_view host) {
  const std::string name = base::to_ascii_lower(pattern);
  if (!name.starts_with("*.")) return name == host;
  const std::size_t dot = host.find('.');
  return dot != std::string_view::npos && dot > 0 && std::string_view(name).substr(1) == host.substr(dot);
}

}  // namespace

base::Result<std::string> parse_vhost(std::string_view text) {
  if (text.empty() || text.size() > kMaxVhostLength ||
      !std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '-'; })) {
    return base::Error{base::ErrorCode::kInvalidInput, "Vhost must be 1 to 60 letters, digits and hyphens"};
  }
  return std::string(text);
}

std::string default_vhost(std::string_view domain) {
  std::string vhost(domain);
  std::ranges::replace(vhost, '.', '-');
  return vhost;
}

bool covers(const std::vector<std::string>& dns_names, std::string_view host) {
  return !covering_name(dns_names, host).empty();
}

std::string covering_name(const std::vector<std::string>& dns_names, std::string_view host) {
  const std::string wanted = base::to_ascii_lower(host);
  std::string wildcard;
  for (const std::string& name : dns_names) {
    if (!matches(name, wanted)) continue;
    if (!name.starts_with("*.")) return name;
    if (wildcard.empty()) wildcard = name;
  }
  return wildcard;
}

}  // namespace livecert::domain
