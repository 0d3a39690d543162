#include "x509/completion.h"

#include <algorithm>
#include <optional>
#include <string>

#include "x509/client_rules.h"
#include "x509/issuer_link.h"
#include "x509/issuer_match.h"
#include "x509/issuer_rules.h"

namespace livecert::x509 {
namespace {

constexpr std::size_t kMaxAppended = 5;
constexpr std::size_t kMaxCandidates = 8;
constexpr int kMaxQuestions = 10;

class Completing {
 public:
  Completing(const ChainPath& path, IssuerSource& source, JudgementTools& tools, ValidationReport& report)
      : tools_(tools),
        source_(source),
        report_(report),
        uploaded_(path),
        path_(path.certificates),
        has_good_signatures_(
            std::ranges::all_of(path.signatures, [](SignatureState state) { return state == SignatureState::kValid; })),
        ends_at_root_(path.ends_self_signed) {}

  base::Result<Completion> run() {
    cut_expired_end();
    if (!extend() && !longest_.empty()) path_ = std::move(longest_);
    ends_at_root_ = tools_.signatures.is_self_signed(path_.back()) || ends_at_root_;
    const auto anchor = find_anchor();
    if (!anchor && demands_root() && source_error_ && !report_.has_errors()) return *source_error_;
    report_anchor(anchor);
    std::vector<Certificate> trusted = trusted_path(anchor);
    report_links(trusted);
    const bool judges_root = demands_root() && brings_root(anchor);
    return Completion{appended(), judges_root ? std::move(trusted) : std::vector<Certificate>()};
  }

 private:
  // A chain that was accepted must be accepted again when it is uploaded as it was stored.
  std::size_t max_certificates() const { return static_cast<std::size_t>(tools_.policy.max_certificates); }

  bool demands_root() const { return tools_.policy.required_roots != nullptr; }

  bool may_ask() const { return has_good_signatures_ && (demands_root() || !report_.has_errors()); }

  std::optional<TrustAnchor> find_anchor() const {
    if (!demands_root() && ends_at_root_) return TrustAnchor{path_.size()};
    return find_trust_anchor(path_, tools_);
  }

  // Puts certificates from the source on top of the path until it reaches a root. Returns false if no root is reached:
  // the path is then as before, and longest_ holds the longest one that was tried.
  bool extend() {
    if (find_anchor()) return true;
    if (ends_at_root_ || path_.size() - kept_ >= kMaxAppended || path_.size() >= max_certificates()) {
      note_length();
      return false;
    }
    const std::vector<Certificate> candidates = ask_source(path_);
    for (const Certificate& candidate : candidates) {
      ends_at_root_ = tools_.signatures.is_self_signed(candidate);
      path_.push_back(candidate);
      if (extend()) return true;
      path_.pop_back();
      ends_at_root_ = false;
    }
    note_length();
    return false;
  }

  void note_length() {
    if (path_.size() > longest_.size()) longest_ = path_;
  }

  // Returns the source's candidates above a path that break no rule, the best first: without a conflict of key
  // identifiers; a root before an intermediate, since it ends the search (demanded roots were tried already); then
  // those that the fewest clients refuse.
  std::vector<Certificate> ask_source(const std::vector<Certificate>& below) {
    if (!may_ask() || questions_ >= kMaxQuestions) return {};
    ++questions_;
    const Certificate& child = below.back();
    auto candidates = source_.issuers_of(child);
    if (!candidates) {
      source_error_ = candidates.error();
      return {};
    }
    std::vector<Certificate> fit;
    std::vector<std::size_t> refused_by_some;
    for (std::size_t i = 0; i < std::min(candidates->size(), kMaxCandidates); ++i) {
      const auto findings = judge_fit((*candidates)[i], below);
      if (!findings) continue;
      const auto place = std::ranges::upper_bound(refused_by_some, *findings);
      fit.insert(fit.begin() + (place - refused_by_some.begin()), (*candidates)[i]);
      refused_by_some.insert(place, *findings);
    }
    std::ranges::stable_partition(fit,
                                  [&](const Certificate& each) { return each.is_self_issued() != demands_root(); });
    std::ranges::stable_partition(
        fit, [&](const Certificate& each) { return !authority_key_id_conflict(child, each).has_value(); });
    return fit;
  }

  // Returns how many warnings about clients and about its end the candidate causes; nullopt if it must not be there. A
  // policy that is missing below it is missing whatever is above it.
  std::optional<std::size_t> judge_fit(const Certificate& candidate, const std::vector<Certificate>& below) const {
    if (match_names(below.back(), candidate) == NameMatch::kNone) return std::nullopt;
    if (std::ranges::find(below, candidate) != below.end()) return std::nullopt;
    if (count_parts(below) + candidate.parts() > Certificate::kMaxParts) return std::nullopt;
    if (!is_current(candidate, tools_.policy.now)) return std::nullopt;
    if (tools_.signatures.check(below.back(), candidate) != SignatureState::kValid) return std::nullopt;
    // An upload with a root whose signature is damaged is refused too.
    if (claims_own_signature(candidate) && !tools_.signatures.is_self_signed(candidate)) return std::nullopt;
    ValidationReport rules;
    auto longer = below;
    longer.push_back(candidate);
    judge_issuer(longer, longer.size() - 1, 0, tools_.names, rules);
    judge_for_clients(longer, longer.size() - 1, 0, tools_.names, rules);
    judge_policies(longer, {}, tools_.budget, rules);
    if (rules.has_errors()) return std::nullopt;
    const bool ends_early = candidate.not_after() < below.front().not_after();
    return rules.findings().size() + (ends_early ? 1 : 0);
  }

  // Cuts the path at the first issuer that is no longer valid and whose child has another issuer: a known root, or one
  // from the source. The rest of the upload is then superfluous.
  void cut_expired_end() {
    kept_ = path_.size();
    for (std::size_t i = 1; i < path_.size(); ++i) {
      if (tools_.policy.now <= path_[i].not_after()) continue;
      const std::vector<Certificate> whole = path_;
      const bool ended_at_root = ends_at_root_;
      path_.resize(i, path_.front());
      ends_at_root_ = false;
      if (has_other_issuer()) {
        kept_ = i;
        for (; i < whole.size(); ++i) report_superfluous(whole[i], uploaded_.blocks[i]);
        return;
      }
      path_ = whole;
      ends_at_root_ = ended_at_root;
      report_expired(whole[i], uploaded_.blocks[i]);
    }
  }

  bool has_other_issuer() { return find_trust_anchor(path_, tools_) || !ask_source(path_).empty(); }

  // The intermediates above the uploaded certificates. Clients have their own roots, so sending one is useless.
  std::vector<Certificate> appended() const {
    std::vector<Certificate> above(path_.begin() + static_cast<std::ptrdiff_t>(kept_), path_.end());
    if (!above.empty() && tools_.signatures.is_self_signed(above.back())) above.pop_back();
    return above;
  }

  void add(Severity severity, std::string id, int block, std::string message, std::string remedy) {
    report_.add({severity, std::move(id), Part::kCertificates, block, std::move(message), std::move(remedy)});
  }

  void report_superfluous(const Certificate& certificate, int block) {
    add(Severity::kWarning, "chain-superfluous", block,
        certificate.subject_text() + " follows an expired certificate and is not needed: the chain is valid " +
            "without it",
        "Leave it out");
  }

  void report_expired(const Certificate& certificate, int block) {
    add(Severity::kError, "issuer-expired", block,
        certificate.subject_text() + " expired at " + base::to_rfc3339(certificate.not_after()),
        "Upload the chain that the issuer publishes now; an old cross-signed root may simply be left out");
  }

  // If the report has errors too, it is returned instead of the source's error.
  bool source_error_is_last_word() const { return demands_root() && source_error_.has_value(); }

  // The block of a certificate in the upload; 0 if it was not uploaded.
  int block_of(std::size_t index) const { return index < kept_ ? uploaded_.blocks[index] : 0; }

  void report_anchor(const std::optional<TrustAnchor>& anchor) {
    if (anchor) {
      for (const Finding& fault : anchor->faults.findings()) {
        if (brings_root(anchor)) report_.add(fault);
      }
      if (path_.size() > 1 || !ends_at_root_ || demands_root() || !may_ask()) return;
      add(Severity::kWarning, "leaf-self-signed", block_of(0), "the certificate is self-signed",
          "Only clients that were given it will accept it");
      return;
    }
    // It is unknown whether a path is missing.
    if (!may_ask() || source_error_is_last_word()) return;
    const std::string issuer = "\"" + path_.back().issuer_text() + "\"";
    if (demands_root()) {
      add(Severity::kError, "no-path-to-required-root", uploaded_.blocks[kept_ - 1],
          "no path leads to a trusted root: the chain ends at a certificate issued by " + issuer + why_not_found(),
          "Upload the missing intermediates, or have the leaf issued by a trusted authority");
    } else {
      add(Severity::kWarning, "chain-incomplete", block_of(path_.size() - 1),
          path_.back().subject_text() + " was issued by " + issuer + ", which is not known here" + why_not_found(),
          "If that is no root that the clients trust, upload the missing intermediates too");
    }
  }

  // Whether the root is not among the uploaded certificates, which are judged as issuers.
  bool brings_root(const std::optional<TrustAnchor>& anchor) const {
    return anchor && anchor->root && std::ranges::find(path_, *anchor->root) == path_.end();
  }

  // The path from the leaf to the trust anchor.
  std::vector<Certificate> trusted_path(const std::optional<TrustAnchor>& anchor) const {
    std::vector<Certificate> path = path_;
    if (anchor) path.resize(anchor->length, path.front());
    if (anchor && anchor->root) path.push_back(*anchor->root);
    return path;
  }

  // Reports links that some clients do not follow. If a root is demanded, all clients must reach it.
  void report_links(const std::vector<Certificate>& path) {
    const Severity severity = demands_root() ? Severity::kError : Severity::kWarning;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      // If the signature is wrong, the issuer is wrong.
      if (i < kept_ && uploaded_.signatures[i] != SignatureState::kValid) continue;
      report_link(path[i], path[i + 1], severity, block_of(i), report_);
    }
  }

  // Says why the issuer's server did not help: the client may try again, or has to find the issuer elsewhere.
  std::string why_not_found() const {
    if (path_.size() >= max_certificates()) return "";
    if (path_.back().ca_issuer_urls().empty()) return "; it names no address where its issuer could be fetched";
    if (!tools_.policy.fetches_issuers) return "; its issuer was not asked for it: fetching is switched off";
    if (!source_error_) return "";
    const bool declined = source_error_->code == base::ErrorCode::kRateLimited;
    return (declined ? "; its issuer was not asked for it: " : "; fetching it failed: ") + source_error_->message;
  }

  JudgementTools& tools_;
  IssuerSource& source_;
  ValidationReport& report_;
  const ChainPath& uploaded_;
  std::vector<Certificate> path_;
  std::vector<Certificate> longest_;  // of those that led nowhere
  std::size_t kept_ = 0;              // the certificates of the path that were uploaded
  std::optional<base::Error> source_error_;
  int questions_ = 0;
  bool has_good_signatures_;
  bool ends_at_root_ = false;
};

}  // namespace

base::Result<Completion> complete_chain(const ChainPath& path, IssuerSource& source, JudgementTools& tools,
                                        ValidationReport& report) {
  return Completing(path, source, tools, report).run();
}

}  // namespace livecert::x509
