#include "domain/chain.h"

#include <algorithm>

namespace livecert::domain {
namespace {

struct Window {
  std::chrono::days length;
  std::string_view name;
};
constexpr std::array kWindows{Window{std::chrono::days(1), "1days"}, Window{std::chrono::days(7), "7days"},
                              Window{std::chrono::days(15), "15days"}, Window{std::chrono::days(30), "30days"}};

}  // namespace

std::string_view validity_status(base::Time not_after, base::Time now) {
  if (now > not_after) return "Expire";
  const auto* const window = std::find_if(kWindows.begin(), kWindows.end(),
                                          [&](const Window& candidate) { return not_after - now <= candidate.length; });
  return window == kWindows.end() ? "OK" : window->name;
}

std::string representative_domain(std::string_view common_name, const std::vector<std::string>& dns_names) {
  if (std::find(dns_names.begin(), dns_names.end(), common_name) != dns_names.end()) return std::string(common_name);
  return dns_names.empty() ? std::string() : dns_names.front();
}

std::string domain_to_show(const std::vector<DomainName>& bound, const std::string& representative) {
  return bound.empty() ? representative : std::string(bound.front());
}

}  // namespace livecert::domain
