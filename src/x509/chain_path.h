#pragma once

#include <vector>

#include "base/time.h"
#include "x509/finding.h"
#include "x509/signature_check.h"
#include "x509/upload_reading.h"

namespace livecert::x509 {

// The line of issuers among uploaded certificates.
struct ChainPath {
  std::vector<Certificate> certificates;  // the leaf, its issuer, and so on
  std::vector<int> blocks;                // where each stands in the upload
  bool ends_self_signed = false;
};

// Which uploaded certificate is the leaf: the first, unless that issued another one. Then it is the only one that is no
// authority, or the one of several that the key belongs to; the first when that does not settle it.
[[nodiscard]] std::size_t find_leaf(const Upload& upload);

// Walks from the leaf to the last issuer that was uploaded. Of several candidates the first whose signature verifies
// and that is valid at `now` is taken. Reports wrong signatures, the wrong order, duplicates, and certificates that
// belong to nobody (errors) or offer only another way to an issuer that is there already (warnings).
[[nodiscard]] ChainPath find_path(const Upload& upload, std::size_t leaf, base::Time now, SignatureChecker& checker,
                                  ValidationReport& report);

}  // namespace livecert::x509
