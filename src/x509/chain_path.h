#pragma once

#include <optional>
#include <vector>

#include "x509/finding.h"
#include "x509/trust_anchor.h"
#include "x509/upload_reading.h"

namespace livecert::x509 {

// A path of issuers among the uploaded certificates.
struct ChainPath {
  std::vector<Certificate> certificates;  // the leaf, its issuer, and so on
  std::vector<int> blocks;                // the place of each in the upload
  std::vector<std::size_t> indices;       // the same among Upload::certificates
  // Says for each why its signature did not verify with the key of the next one (the last: with its own key); kValid if
  // it did.
  std::vector<SignatureState> signatures;
  bool ends_self_signed = false;
};

// Finds the leaf among the uploaded certificates: the first, unless it issued another one. Then the only one that is
// not an authority, or among several the one that the key belongs to, or otherwise the first.
[[nodiscard]] std::size_t find_leaf(const Upload& upload);

// Finds the paths from the leaf up to the last issuer that was uploaded, the best first; at least one. Several
// certificates may fit above one (issuers with the same name, cross-signed variants). Each path is tried within the
// budget and judged by its signatures, the rules for issuers, whether it leads to a root, and how clients read its
// names and key identifiers. Among equal paths, the one closest to the order of the upload is first.
[[nodiscard]] std::vector<ChainPath> find_paths(const Upload& upload, std::size_t leaf, JudgementTools& tools);

// Reports faults in the signatures and the order of the path, and the certificates of the upload that are not on it:
// duplicates and parts of other paths (warnings), and unrelated ones (errors). It reports nothing about the certificate
// that the key belongs to, and its issuers: the wrong key is the one cause, and is reported already.
void report_path(const Upload& upload, const ChainPath& path, JudgementTools& tools, ValidationReport& report);

}  // namespace livecert::x509
