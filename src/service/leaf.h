#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "domain/chain.h"
#include "service/context.h"
#include "x509/certificate.h"

namespace livecert::service {

// Parses a certificate that the store holds. It was accepted once, so a failure is kInternal.
[[nodiscard]] base::Result<x509::Certificate> read_leaf(base::ByteView der);

// The same for a whole chain.
[[nodiscard]] base::Result<std::vector<x509::Certificate>> read_chain(const std::vector<base::Bytes>& ders);

// The roots whose issuers a chain may leave out: the demanded ones, otherwise the known ones; may be null.
[[nodiscard]] const x509::RootSet* trusted_roots(const Settings& settings);

// Warnings about a stored chain as it is served: links that some clients do not follow, and an early end.
[[nodiscard]] std::vector<std::string> served_warnings(const std::vector<x509::Certificate>& chain, base::Time ends_at,
                                                       const x509::RootSet* roots);

// The names that a store keeps of the leaf, for lists.
[[nodiscard]] domain::LeafNames names_of(const x509::Certificate& leaf);

}  // namespace livecert::service
