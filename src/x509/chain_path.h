#pragma once

#include <optional>
#include <vector>

#include "x509/finding.h"
#include "x509/trust_anchor.h"
#include "x509/upload_reading.h"

namespace livecert::x509 {

// A line of issuers among uploaded certificates.
struct ChainPath {
  std::vector<Certificate> certificates;  // the leaf, its issuer, and so on
  std::vector<int> blocks;                // where each stands in the upload
  std::vector<std::size_t> indices;       // the same among Upload::certificates
  // How the signature of each failed to verify with the next one's key, or with its own for the last; else kValid.
  std::vector<SignatureState> signatures;
  bool ends_self_signed = false;
};

// Which uploaded certificate is the leaf: the first, unless that issued another one. Then it is the only one that is no
// authority, or the one of several that the key belongs to; the first when that does not settle it.
[[nodiscard]] std::size_t find_leaf(const Upload& upload);

// The ways from the leaf up to the last issuer that was uploaded, the best first, at least one.
// Several certificates may stand above one (namesakes, cross-signed variants): each way is tried within the budget, and
// judged by its signatures, the rules for issuers, whether it leads to a root, and what clients make of its names and
// key identifiers. Among equals the one that the order of the upload suggests is first.
[[nodiscard]] std::vector<ChainPath> find_paths(const Upload& upload, std::size_t leaf, JudgementTools& tools);

// Reports what is wrong with the signatures and the order of the path, and which certificates of the upload stand
// outside of it: duplicates and those that offer only another way (warnings), and those that belong to nobody (errors).
// Nothing is said of the certificate that the key belongs to and of its issuers: that the key is not the leaf's is one
// cause, and it is reported.
void report_path(const Upload& upload, const ChainPath& path, JudgementTools& tools, ValidationReport& report);

}  // namespace livecert::x509
