#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "x509/certificate.h"
#include "x509/finding.h"
#include "x509/policy.h"
#include "x509/private_key.h"
#include "x509/work_budget.h"

namespace livecert::x509 {

// A chain and key that a TLS server can use.
struct AcceptedChain {
  // The leaf first, then its issuers: as uploaded, each DER unchanged, followed by the intermediates that were missing.
  std::vector<Certificate> certificates;
  PrivateKey key;
  std::vector<std::string> warnings;
  base::Time ends_at;  // path_end(): of the leaf, or of an issuer that ends before it
};

struct Judgement {
  ValidationReport report;
  std::optional<AcceptedChain> accepted;  // set exactly when the report has no error
  WorkBudget work;                        // what the judgement of the chain took
};

// Judges an upload and reports everything found, not only the first thing. Bad material is a report, not an Error: the
// Result fails, with the source's own Error, only when the policy demands a path to a root, the path is still missing
// and the source could not answer. Neither text is copied; memory that held the key is wiped. Bounded in work by the
// policy's limits. Any thread may call; the source is asked on the calling thread, after an error only for a demanded
// root.
[[nodiscard]] base::Result<Judgement> judge(std::string_view certificates_pem, std::string_view private_key_pem,
                                            const Policy& policy, IssuerSource& source);

}  // namespace livecert::x509
