#include "service/leaf.h"

#include <utility>

namespace livecert::service {

base::Result<x509::Certificate> read_leaf(base::ByteView der) {
  auto leaf = x509::Certificate::parse(der);
  if (!leaf)
    return base::Error{base::ErrorCode::kInternal, "", "a stored certificate cannot be read: " + leaf.error().message};
  return leaf;
}

base::Result<std::vector<x509::Certificate>> read_chain(const std::vector<base::Bytes>& ders) {
  std::vector<x509::Certificate> chain;
  for (const base::Bytes& der : ders) {
    TRY_ASSIGN(x509::Certificate certificate, read_leaf(der));
    chain.push_back(std::move(certificate));
  }
  return chain;
}

const x509::RootSet* trusted_roots(const Settings& settings) {
  return settings.required_roots != nullptr ? settings.required_roots : settings.known_roots;
}

domain::LeafNames names_of(const x509::Certificate& leaf) {
  return {leaf.dns_names(), domain::representative_domain(leaf.common_name(), leaf.dns_names())};
}

}  // namespace livecert::service
