#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "x509/certificate.h"
#include "x509/work_budget.h"

namespace livecert::x509 {

// Whether names are within name constraints (RFC 5280 §4.2.1.10), as OpenSSL reads them. Parses each certificate once
// and compares each pair once, within the budget. For one thread and one judgement.
class NameConstraintChecker {
 public:
  explicit NameConstraintChecker(WorkBudget& budget);
  NameConstraintChecker(const NameConstraintChecker&) = delete;
  NameConstraintChecker& operator=(const NameConstraintChecker&) = delete;
  ~NameConstraintChecker();

  enum class Verdict : std::uint8_t {
    kObeys,
    kOutside,  // also when the constraints use a form that cannot be judged
    kGaveUp,   // the budget is spent
  };
  // Whether the names of `certificate` are within the constraints of `issuer`, which has some.
  [[nodiscard]] Verdict check(const Certificate& certificate, const Certificate& issuer);
  // The first wildcard among the DNS names of `certificate` that covers a name which `issuer` excludes. nullopt also
  // when the budget is spent.
  [[nodiscard]] std::optional<std::string> wildcard_over_excluded(const Certificate& certificate,
                                                                  const Certificate& issuer);

 private:
  struct Names;        // of a certificate
  struct Constraints;  // of an issuer
  struct Pair {
    const Names* names;
    const Constraints* constraints;
    Verdict verdict;
  };
  struct Wildcard {  // the result of wildcard_over_excluded()
    Certificate certificate;
    const Constraints* constraints;
    std::optional<std::string> name;
  };

  [[nodiscard]] const Names& names_of(const Certificate& certificate);
  [[nodiscard]] const Constraints& constraints_of(const Certificate& issuer);
  [[nodiscard]] Verdict compare(const Names& names, const Constraints& constraints);
  [[nodiscard]] std::optional<std::string> find_wildcard(const Certificate& certificate,
                                                         const Constraints& constraints);

  WorkBudget& budget_;
  std::vector<std::unique_ptr<Names>> names_;
  std::vector<std::unique_ptr<Constraints>> constraints_;
  std::vector<Pair> pairs_;
  std::vector<Wildcard> wildcards_;
};

// The same for one pair, without a budget; only for certificates that we made.
[[nodiscard]] bool obeys_name_constraints(const Certificate& certificate, const Certificate& issuer);

}  // namespace livecert::x509
