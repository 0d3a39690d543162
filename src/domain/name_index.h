#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace livecert::domain {

// covers() and covering_name() of live_domain.h for many hosts, reading the names only once: a certificate may have ten
// thousand names and be bound to as many domains. The names must outlive this.
class NameIndex {
 public:
  explicit NameIndex(const std::vector<std::string>& dns_names);
  [[nodiscard]] std::string covering_name(std::string_view host) const;
  [[nodiscard]] bool covers(std::string_view host) const { return !covering_name(host).empty(); }

 private:
  std::unordered_map<std::string, const std::string*> names_;  // by their lower-case form
};

}  // namespace livecert::domain
