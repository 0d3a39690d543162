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

// State that the steps of one judgement share. Used by one thread.
struct JudgementTools {
  explicit JudgementTools(const Policy& by) : policy(by), signatures(by.issuer_cache, budget), names(budget) {}

  const Policy& policy;
  WorkBudget budget;
  SignatureChecker signatures;
  NameConstraintChecker names;
};

// The place where trust in a path begins.
struct TrustAnchor {
  std::size_t length = 0;                // the number of certificates of the path below the anchor, from the leaf on
  std::optional<Certificate> root = {};  // absent: the last of these certificates is itself trusted
  ValidationReport faults = {};          // the reasons why the root may not be above them
};

// Finds the anchor of a path among the demanded roots or, if the policy demands none, the known roots. Trust in a
// demanded root may begin at any certificate of the path. Prefers an anchor without faults. nullopt: there is none, or
// the policy names no roots.
[[nodiscard]] std::optional<TrustAnchor> find_trust_anchor(const std::vector<Certificate>& path, JudgementTools& tools);

}  // namespace livecert::x509
