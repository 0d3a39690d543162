#include "x509/name_constraints.h"

#include <algorithm>

#include <openssl/err.h>

#include "x509/certificate_state.h"
#include "x509/openssl_owner.h"

namespace livecert::x509 {
namespace {

using OwnedConstraints = Owned<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;

OwnedCertificate to_openssl(const Certificate& certificate) {
  const base::ByteView der = certificate.der();
  const unsigned char* position = der.data();
  OwnedCertificate made(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  // OpenSSL's check sees the alternative names only after the extensions were read, and without them it finds no fault.
  if (made && (X509_get_extension_flags(made.get()) & EXFLAG_INVALID) != 0) made.reset();
  ERR_clear_error();
  return made;
}

OwnedConstraints read_constraints(const Certificate& issuer) {
  const OwnedCertificate authority = to_openssl(issuer);
  OwnedConstraints constraints(authority ? static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(
                                               authority.get(), NID_name_constraints, nullptr, nullptr))
                                         : nullptr);
  ERR_clear_error();
  return constraints;
}

// OpenSSL counts -1 for null, which means none.
std::size_t size_of(const STACK_OF(GENERAL_SUBTREE) * subtrees) {
  return static_cast<std::size_t>(std::max(0, sk_GENERAL_SUBTREE_num(subtrees)));
}

}  // namespace

struct NameConstraintChecker::Names {
  explicit Names(const Certificate& of)
      : certificate(of),
        openssl(to_openssl(of)),
        // The subject as a whole, the e-mail addresses in it, and the alternative names.
        count(1 + static_cast<std::size_t>(X509_NAME_entry_count(of.state().subject_name.get())) +
              of.state().extensions.alternative_names) {}

  Certificate certificate;
  OwnedCertificate openssl;  // null when OpenSSL cannot read it
  std::size_t count;
};

struct NameConstraintChecker::Constraints {
  explicit Constraints(const Certificate& of) : issuer(of), openssl(read_constraints(of)) {
    if (!openssl) return;
    count = size_of(openssl->permittedSubtrees) + size_of(openssl->excludedSubtrees);
    for (int i = 0; i < sk_GENERAL_SUBTREE_num(openssl->excludedSubtrees); ++i) {
      const GENERAL_NAME* base = sk_GENERAL_SUBTREE_value(openssl->excludedSubtrees, i)->base;
      if (base->type == GEN_DNS) excluded.push_back(base::to_ascii_lower(base::as_text(as_bytes(base->d.dNSName))));
    }
  }

  Certificate issuer;
  OwnedConstraints openssl;  // null when OpenSSL cannot read them
  std::size_t count = 0;
  std::vector<std::string> excluded;  // the DNS names
};

NameConstraintChecker::NameConstraintChecker(WorkBudget& budget) : budget_(budget) {}
NameConstraintChecker::~NameConstraintChecker() = default;

const NameConstraintChecker::Names& NameConstraintChecker::names_of(const Certificate& certificate) {
  for (const auto& each : names_) {
    if (each->certificate == certificate) return *each;
  }
  return *names_.emplace_back(std::make_unique<Names>(certificate));
}

const NameConstraintChecker::Constraints& NameConstraintChecker::constraints_of(const Certificate& issuer) {
  for (const auto& each : constraints_) {
    if (each->issuer == issuer) return *each;
  }
  return *constraints_.emplace_back(std::make_unique<Constraints>(issuer));
}

NameConstraintChecker::Verdict NameConstraintChecker::check(const Certificate& certificate, const Certificate& issuer) {
  const Names& names = names_of(certificate);
  const Constraints& constraints = constraints_of(issuer);
  for (const Pair& each : pairs_) {
    if (each.names == &names && each.constraints == &constraints) return each.verdict;
  }
  const Verdict verdict = compare(names, constraints);
  pairs_.push_back({&names, &constraints, verdict});
  return verdict;
}

std::optional<std::string> NameConstraintChecker::wildcard_over_excluded(const Certificate& certificate,
                                                                         const Certificate& issuer) {
  const Constraints& constraints = constraints_of(issuer);
  for (const Wildcard& each : wildcards_) {
    if (each.certificate == certificate && each.constraints == &constraints) return each.name;
  }
  return wildcards_.emplace_back(certificate, &constraints, find_wildcard(certificate, constraints)).name;
}

std::optional<std::string> NameConstraintChecker::find_wildcard(const Certificate& certificate,
                                                                const Constraints& constraints) {
  const std::vector<std::string>& excluded = constraints.excluded;
  if (excluded.empty()) return std::nullopt;
  for (const std::string& name : certificate.dns_names()) {
    if (!name.starts_with("*.")) continue;
    if (!budget_.spend_comparisons(excluded.size())) return std::nullopt;
    const std::string covered = base::to_ascii_lower(name.substr(1));  // ".example.com"
    const auto is_covered = [&](const std::string& other) {
      return other.size() > covered.size() && other.ends_with(covered) &&
             other.find('.') == other.size() - covered.size();
    };
    if (std::ranges::any_of(excluded, is_covered)) return name;
  }
  return std::nullopt;
}

NameConstraintChecker::Verdict NameConstraintChecker::compare(const Names& names, const Constraints& constraints) {
  if (!names.openssl || !constraints.openssl) return Verdict::kOutside;
  if (!budget_.spend_comparisons(names.count * constraints.count)) return Verdict::kGaveUp;
  const bool obeys = NAME_CONSTRAINTS_check(names.openssl.get(), constraints.openssl.get()) == X509_V_OK;
  ERR_clear_error();
  return obeys ? Verdict::kObeys : Verdict::kOutside;
}

bool obeys_name_constraints(const Certificate& certificate, const Certificate& issuer) {
  WorkBudget budget;
  return NameConstraintChecker(budget).check(certificate, issuer) == NameConstraintChecker::Verdict::kObeys;
}

}  // namespace livecert::x509
