#include "service/leaf.h"

#include <utility>

#include "x509/issuer_link.h"
#include "x509/path_end.h"

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

std::vector<std::string> served_warnings(const std::vector<x509::Certificate>& chain, base::Time ends_at,
                                         const x509::RootSet* roots) {
  std::vector<std::string> warnings = x509::link_warnings(chain, roots);
  for (std::size_t i = 1; i < chain.size() && ends_at < chain.front().not_after(); ++i) {
    if (chain[i].not_after() != ends_at) continue;
    warnings.push_back(x509::to_line(x509::early_end(chain[i], chain.front(), static_cast<int>(i) + 1)));
    break;
  }
  return warnings;
}

domain::LeafNames names_of(const x509::Certificate& leaf) {
  return {leaf.dns_names(), domain::representative_domain(leaf.common_name(), leaf.dns_names())};
}

}  // namespace livecert::service
