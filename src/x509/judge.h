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
  // The leaf first, then its issuers: the uploaded ones, each DER unchanged, followed by the missing intermediates.
  std::vector<Certificate> certificates;
  PrivateKey key;
  std::vector<std::string> warnings;
  base::Time ends_at;  // path_end(): of the leaf, or of an issuer that ends before it
};

struct Judgement {
  ValidationReport report;
  std::optional<AcceptedChain> accepted;  // set exactly when the report has no error
  WorkBudget work;                        // the work that the judgement took
};

// Judges an upload and reports everything it finds. Bad material is a report, not an Error: the Result fails, with the
// source's own Error, only when the policy demands a path to a root, the path is still missing and the source could not
// answer. Copies neither text, and wipes memory that held the key. The policy's limits bound its work. Any thread may
// call. It asks the source on the calling thread; after an error, only for a demanded root.
[[nodiscard]] base::Result<Judgement> judge(std::string_view certificates_pem, std::string_view private_key_pem,
                                            const Policy& policy, IssuerSource& source);

}  // namespace livecert::x509
