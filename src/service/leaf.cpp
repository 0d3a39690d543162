#include "service/leaf.h"

namespace livecert::service {

base::Result<x509::Certificate> read_leaf(base::ByteView der) {
  auto leaf = x509::Certificate::parse(der);
  if (!leaf)
    return base::Error{base::ErrorCode::kInternal, "", "a stored leaf cannot be read: " + leaf.error().message};
  return leaf;
}

domain::LeafNames names_of(const x509::Certificate& leaf) {
  return {leaf.dns_names(), domain::representative_domain(leaf.common_name(), leaf.dns_names())};
}

}  // namespace livecert::service
