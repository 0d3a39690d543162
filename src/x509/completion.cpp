#include "x509/completion.h"

#include <algorithm>
#include <optional>
#include <string>

#include "x509/issuer_rules.h"

namespace livecert::x509 {
namespace {

constexpr std::size_t kMaxAppended = 5;
constexpr std::size_t kMaxCandidates = 8;

class Completion {
 public:
  Completion(const ChainPath& path, const Policy& policy, IssuerSource& source, SignatureChecker& checker,
             ValidationReport& report)
      : policy_(policy),
        source_(source),
        checker_(checker),
        report_(report),
        uploaded_(path),
        path_(path.certificates) {
    ends_at_root_ = path.ends_self_signed;
  }

  base::Result<std::vector<Certificate>> run() {
    cut_expired_end();
    if (report_.has_errors()) return std::vector<Certificate>{};
    while (!is_complete() && appended_.size() < kMaxAppended) {
      auto issuer = ask_source(path_.back());
      if (!issuer) break;
      ends_at_root_ = checker_.is_self_signed(*issuer);
      path_.push_back(*issuer);
      // Clients bring their roots along; sending one is waste.
      if (!ends_at_root_) appended_.push_back(*std::move(issuer));
    }
    if (!is_complete() && policy_.required_roots != nullptr && source_error_) return *source_error_;
    report_reach();
    return std::move(appended_);
  }

 private:
  bool is_complete() const {
    return policy_.required_roots != nullptr ? reaches_required_root() : reaches_known_root();
  }

  bool reaches_known_root() const { return ends_at_root_ || find_root(policy_.known_roots, path_.back()).has_value(); }

  // Trust may begin at any certificate of the path.
  bool reaches_required_root() const {
    return std::ranges::any_of(path_, [this](const Certificate& each) {
      return policy_.required_roots->contains(each) || find_root(policy_.required_roots, each);
    });
  }

  // A root of the set that signed the child and is valid now.
  std::optional<Certificate> find_root(const RootSet* roots, const Certificate& child) const {
    if (roots == nullptr) return std::nullopt;
    const auto candidates = roots->issuers_of(child);
    for (std::size_t i = 0; i < std::min(candidates.size(), kMaxCandidates); ++i) {
      if (is_current(candidates[i], policy_.now) && checker_.check(child, candidates[i]) == SignatureState::kValid) {
        return candidates[i];
      }
    }
    return std::nullopt;
  }

  // The best issuer the source offers for the child at the end of `below`: one that breaks no rule, a root before an
  // intermediate, since it ends the search (unless certain roots are demanded, which were looked at already).
  std::optional<Certificate> ask_source(const Certificate& child) {
    if (ends_at_root_) return std::nullopt;
    auto candidates = source_.issuers_of(child);
    if (!candidates) {
      source_error_ = candidates.error();
      return std::nullopt;
    }
    std::optional<Certificate> best;
    for (std::size_t i = 0; i < std::min(candidates->size(), kMaxCandidates); ++i) {
      const Certificate& candidate = (*candidates)[i];
      if (!is_fit(candidate, child)) continue;
      const bool ends_search = candidate.is_self_issued() == (policy_.required_roots == nullptr);
      if (ends_search) return candidate;
      if (!best) best = candidate;
    }
    return best;
  }

  bool is_fit(const Certificate& candidate, const Certificate& child) const {
    if (!std::ranges::equal(candidate.subject_der(), child.issuer_der())) return false;
    if (std::ranges::find(path_, candidate) != path_.end() || !is_current(candidate, policy_.now)) return false;
    if (checker_.check(child, candidate) != SignatureState::kValid) return false;
    ValidationReport rules;
    auto longer = path_;
    longer.push_back(candidate);
    judge_issuer(longer, longer.size() - 1, 0, rules);
    return !rules.has_errors();
  }

  // Everything from the first issuer that is not valid any more is behind the valid path when its child has another
  // issuer: a root that is known, or one that the source offers.
  void cut_expired_end() {
    for (std::size_t i = 1; i < path_.size(); ++i) {
      if (policy_.now <= path_[i].not_after()) continue;
      const std::vector<Certificate> whole = path_;
      const bool ended_at_root = ends_at_root_;
      path_.resize(i, path_.front());
      ends_at_root_ = false;
      if (has_other_issuer()) {
        for (; i < whole.size(); ++i) report_superfluous(whole[i], uploaded_.blocks[i]);
      } else {
        path_ = whole;
        ends_at_root_ = ended_at_root;
        report_expired(whole[i], uploaded_.blocks[i]);
      }
    }
  }

  bool has_other_issuer() {
    const Certificate& child = path_.back();
    if (find_root(policy_.required_roots, child) || find_root(policy_.known_roots, child)) return true;
    if (report_.has_errors()) return false;  // an outside server is not troubled for an upload that fails anyway
    auto issuer = ask_source(child);
    if (!issuer) return false;
    ends_at_root_ = checker_.is_self_signed(*issuer);
    if (!ends_at_root_) appended_.push_back(*issuer);
    path_.push_back(*std::move(issuer));
    return true;
  }

  void report_superfluous(const Certificate& certificate, int block) {
    report_.add({Severity::kWarning, "chain-superfluous", Part::kCertificates, block,
                 certificate.subject_text() + " stands behind an expired certificate and is not needed: the chain is " +
                     "valid without it",
                 "Leave it out"});
  }

  void report_expired(const Certificate& certificate, int block) {
    report_.add({Severity::kError, "issuer-expired", Part::kCertificates, block,
                 certificate.subject_text() + " expired at " + base::to_rfc3339(certificate.not_after()),
                 "Upload the chain that the issuer publishes now; an old cross-signed root may simply be left out"});
  }

  void report_reach() {
    if (path_.size() == 1 && ends_at_root_ && policy_.required_roots == nullptr) {
      report_.add({Severity::kWarning, "leaf-self-signed", Part::kCertificates, uploaded_.blocks.front(),
                   "the certificate is self-signed", "Only clients that were given it will accept it"});
      return;
    }
    if (is_complete()) return;
    const std::string issuer = "\"" + path_.back().issuer_text() + "\"";
    if (policy_.required_roots != nullptr) {
      report_.add({Severity::kError, "no-path-to-required-root", Part::kCertificates, uploaded_.blocks.back(),
                   "no path leads to a trusted root: the chain ends at a certificate issued by " + issuer,
                   "Upload the missing intermediates, or have the leaf issued by a trusted authority"});
    } else {
      report_.add({Severity::kWarning, "chain-incomplete", Part::kCertificates, uploaded_.blocks.back(),
                   "the last certificate was issued by " + issuer + ", which is not known here" + why_not_asked(),
                   "If that is no root that the clients trust, upload the missing intermediates too"});
    }
  }

  // What a source did not even try is for the client to know, who may try again; what went wrong elsewhere is not.
  std::string why_not_asked() const {
    const bool declined = source_error_ && source_error_->code == base::ErrorCode::kRateLimited;
    return declined ? "; its issuer was not asked for it: " + source_error_->message : "";
  }

  const Policy& policy_;
  IssuerSource& source_;
  SignatureChecker& checker_;
  ValidationReport& report_;
  const ChainPath& uploaded_;
  std::vector<Certificate> path_;
  std::vector<Certificate> appended_;
  std::optional<base::Error> source_error_;
  bool ends_at_root_ = false;
};

}  // namespace

base::Result<std::vector<Certificate>> complete_chain(const ChainPath& path, const Policy& policy, IssuerSource& source,
                                                      SignatureChecker& checker, ValidationReport& report) {
  return Completion(path, policy, source, checker, report).run();
}

}  // namespace livecert::x509
