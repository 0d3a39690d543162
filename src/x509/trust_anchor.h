#pragma once

#include <optional>
#include <vector>

#include "x509/certificate.h"
#include "x509/finding.h"
#include "x509/name_constraints.h"
#include "x509/policy.h"
#include "x509/signature_check.h"
#include "x509/work_budget.h"

namespace livecert::x509 {

// What the steps of one judgement share. Used by one thread.
struct JudgementTools {
  explicit JudgementTools(const Policy& by) : policy(by), signatures(by.issuer_cache, budget), names(budget) {}

  const Policy& policy;
  WorkBudget budget;
  SignatureChecker signatures;
  NameConstraintChecker names;
};

// Where trust in a path begins.
struct TrustAnchor {
  std::size_t length = 0;                // the certificates of the path that it is above, from the leaf on
  std::optional<Certificate> root = {};  // absent: the last of these is itself trusted
  ValidationReport faults = {};          // what makes the root unfit to stand above them
};

// The anchor of a path among the roots that the policy demands or, when it demands none, that are known. Trust in a
// demanded root may begin at any certificate of the path. An anchor without faults is taken before one that has some.
// nullopt: there is none, or the policy names no roots.
[[nodiscard]] std::optional<TrustAnchor> find_trust_anchor(const std::vector<Certificate>& path, JudgementTools& tools);

}  // namespace livecert::x509
