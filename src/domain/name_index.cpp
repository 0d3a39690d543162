#include "domain/name_index.h"

#include "base/bytes.h"

namespace livecert::domain {

NameIndex::NameIndex(const std::vector<std::string>& dns_names) {
  names_.reserve(dns_names.size());
  for (const std::string& name : dns_names) names_.emplace(base::to_ascii_lower(name), &name);
}

std::string NameIndex::covering_name(std::string_view host) const {
  const std::string wanted = base::to_ascii_lower(host);
  const auto find = [&](const std::string& name) {
    const auto found = names_.find(name);
    return found == names_.end() ? std::string() : *found->second;
  };
  std::string plain = find(wanted);
  const std::size_t dot = wanted.find('.');
  if (!plain.empty() || dot == std::string::npos || dot == 0) return plain;
  return find("*" + wanted.substr(dot));
}

}  // namespace livecert::domain
