#include "x509/chain_path.h"

#include <algorithm>
#include <compare>
#include <string>

#include "x509/certificate_state.h"
#include "x509/client_rules.h"
#include "x509/issuer_match.h"
#include "x509/issuer_rules.h"

namespace livecert::x509 {
namespace {

using Index = std::size_t;
using Uploaded = std::vector<UploadedCertificate>;

bool is_named_issuer(const Certificate& issuer, const Certificate& child) {
  return match_names(child, issuer) != NameMatch::kNone;
}

// For each certificate, the index of the first one with the same bytes: its own index, unless it is a duplicate.
std::vector<Index> find_originals(const Uploaded& all) {
  std::vector<Index> originals;
  originals.reserve(all.size());
  for (Index i = 0; i < all.size(); ++i) {
    Index first = 0;
    while (!(all[first].certificate == all[i].certificate)) ++first;
    originals.push_back(first);
  }
  return originals;
}

// Counts the faults of a path. Fewer are better, and the first member weighs most.
struct Score {
  int bad_signatures = 0;
  int faults = 0;
  int expired = 0;
  int leads_nowhere = 0;
  int key_id_conflicts = 0;
  int other_encodings = 0;
  int ends_early = 0;
  int client_warnings = 0;

  auto operator<=>(const Score&) const = default;
};

// Tries the ways up through one upload.
class PathSearch {
 public:
  PathSearch(const Uploaded& all, JudgementTools& tools)
      : all_(all),
        originals_(find_originals(all)),
        tools_(tools),
        used_(all.size(), false),
        of_clients_(all.size()),
        of_clients_as_last_(all.size()) {
    path_.certificates.reserve(all.size());
    path_.blocks.reserve(all.size());
    path_.indices.reserve(all.size());
    path_.signatures.reserve(all.size());
  }

  std::vector<ChainPath> run(Index leaf) {
    leaf = originals_[leaf];
    push(leaf);
    climb(leaf);
    std::vector<ChainPath> paths;
    paths.reserve(found_.size());
    for (Found& each : found_) paths.push_back(std::move(each.path));
    return paths;
  }

 private:
  struct Found {
    Score score;
    ChainPath path;
  };

  void push(Index i) {
    used_[i] = true;
    path_.certificates.push_back(all_[i].certificate);
    path_.blocks.push_back(all_[i].block);
    path_.indices.push_back(i);
    path_.signatures.push_back(SignatureState::kValid);
  }
  void pop() {
    used_[path_.indices.back()] = false;
    path_.certificates.pop_back();
    path_.blocks.pop_back();
    path_.indices.pop_back();
    path_.signatures.pop_back();
  }

  struct ClientCount {
    int errors = 0;
    int warnings = 0;
  };

  // Counts the findings about clients for used[i], which is uploaded[index]. They depend on the leaf, which is the same
  // in all paths, and on whether the certificate is the last.
  const ClientCount& count_for_clients(const std::vector<Certificate>& used, Index i, Index index) {
    std::optional<ClientCount>& count = (i + 1 == used.size() ? of_clients_as_last_ : of_clients_)[index];
    if (count) return *count;
    ValidationReport report;
    judge_for_clients(used, i, 0, tools_.names, report);
    const auto errors = static_cast<int>(std::ranges::count(report.findings(), Severity::kError, &Finding::severity));
    return count.emplace(errors, static_cast<int>(report.findings().size()) - errors);
  }

  Score judge(const ChainPath& path) {
    Score score;
    for (const SignatureState state : path.signatures) score.bad_signatures += state == SignatureState::kValid ? 0 : 1;
    // The certificates from an expired one on do not count if a known root can replace it.
    std::vector<Certificate> used = path.certificates;
    const auto expired = std::find_if(used.begin() + 1, used.end(),
                                      [&](const Certificate& each) { return each.not_after() < tools_.policy.now; });
    std::optional<TrustAnchor> anchor;
    if (expired != used.end()) {
      anchor = find_trust_anchor({used.begin(), expired}, tools_);
      if (anchor) used.erase(expired, used.end());
    } else {
      anchor = find_trust_anchor(used, tools_);
    }
    ValidationReport faults = anchor ? anchor->faults : ValidationReport();
    for (Index i = 1; i < used.size(); ++i) {
      judge_issuer(used, i, 0, tools_.names, faults);
      score.expired += used[i].not_after() < tools_.policy.now ? 1 : 0;
      score.ends_early += used[i].not_after() < used.front().not_after() ? 1 : 0;
      score.key_id_conflicts += authority_key_id_conflict(used[i - 1], used[i]) ? 1 : 0;
      score.other_encodings += match_names(used[i - 1], used[i]) == NameMatch::kEquivalent ? 1 : 0;
    }
    score.faults = static_cast<int>(faults.findings().size());
    // The findings about the leaf alone are the same on every path.
    for (Index i = 1; i < used.size(); ++i) {
      const ClientCount& count = count_for_clients(used, i, path.indices[i]);
      score.faults += count.errors;
      score.client_warnings += count.warnings;
    }
    ValidationReport policies;
    judge_policies(used, {}, tools_.budget, policies);
    score.faults += policies.has_errors() ? 1 : 0;
    const bool ends_well = anchor || (tools_.policy.required_roots == nullptr && path.ends_self_signed);
    score.leads_nowhere = ends_well ? 0 : 1;
    return score;
  }

  // Continues from the last certificate of the path.
  void climb(Index child) {
    const Certificate& certificate = all_[child].certificate;
    if (tools_.signatures.is_self_signed(certificate)) {
      keep(true);
      return;
    }
    const std::vector<Index> named = named_issuers(child);
    has_choice_ = has_choice_ || named.size() > 1;
    bool has_issuer = false;
    std::optional<SignatureState> failure;
    for (const Index i : named) {
      const SignatureState state = tools_.signatures.check(certificate, all_[i].certificate);
      if (state == SignatureState::kValid) {
        has_issuer = true;
        step_to(i);
      } else if (!failure || state != SignatureState::kGaveUp) {
        failure = state;
      }
      if (is_done_) return;
    }
    if (has_issuer) return;
    if (failure) {
      // A certificate that only bears the issuer's name is not part of a path that leads to a root without it.
      if (find_trust_anchor(path_.certificates, tools_)) return keep(false);
      path_.signatures.back() = *failure;
      step_to(named.front());
      path_.signatures.back() = SignatureState::kValid;
    } else if (claims_own_signature(certificate)) {
      path_.signatures.back() = SignatureState::kInvalid;
      keep(true);
      path_.signatures.back() = SignatureState::kValid;
    } else {
      keep(false);
    }
  }

  void step_to(Index issuer) {
    if (!tools_.budget.spend_steps(1)) {
      is_done_ = true;
      if (found_.empty()) keep(false);
      return;
    }
    push(issuer);
    climb(issuer);
    pop();
  }

  // Returns the certificates whose subject is the child's issuer name, the likeliest first.
  std::vector<Index> named_issuers(Index child) const {
    const Certificate& certificate = all_[child].certificate;
    std::vector<Index> named;
    for (Index i = 0; i < all_.size(); ++i) {
      if (!used_[i] && originals_[i] == i && is_named_issuer(all_[i].certificate, certificate)) named.push_back(i);
    }
    if (named.size() < 2) return named;
    const auto prefer = [&named](auto is_likelier) { std::ranges::stable_partition(named, is_likelier); };
    // The issuer usually follows directly after the child.
    prefer([child](Index i) { return i > child; });
    prefer([&](Index i) { return match_names(certificate, all_[i].certificate) == NameMatch::kExact; });
    prefer([&](Index i) { return !authority_key_id_conflict(certificate, all_[i].certificate); });
    prefer([&](Index i) { return is_current(all_[i].certificate, tools_.policy.now); });
    return named;
  }

  void keep(bool ends_self_signed) {
    ChainPath path = path_;
    path.ends_self_signed = ends_self_signed;
    // Nearly every upload has only one path, which needs no comparison.
    if (has_choice_ && !tools_.budget.spend_steps(path.certificates.size())) {
      is_done_ = true;
      if (found_.empty()) found_.push_back({Score(), std::move(path)});
      return;
    }
    const Score score = has_choice_ ? judge(path) : Score();
    const auto place = std::ranges::upper_bound(found_, score, {}, &Found::score);
    found_.insert(place, {score, std::move(path)});
    is_done_ = is_done_ || score == Score();
  }

  const Uploaded& all_;
  std::vector<Index> originals_;
  JudgementTools& tools_;
  std::vector<bool> used_;
  std::vector<std::optional<ClientCount>> of_clients_;
  std::vector<std::optional<ClientCount>> of_clients_as_last_;
  ChainPath path_;
  std::vector<Found> found_;
  bool has_choice_ = false;
  bool is_done_ = false;
};

// Reports the faults of one path, and the certificates that are not on it.
class PathReport {
 public:
  PathReport(const Upload& upload, const ChainPath& path, JudgementTools& tools, ValidationReport& report)
      : all_(upload.certificates),
        key_(upload.key),
        originals_(find_originals(upload.certificates)),
        path_(path),
        tools_(tools),
        report_(report) {}

  void run() {
    report_duplicates();
    for (Index i = 0; i < path_.signatures.size(); ++i) report_signature(i);
    report_order();
    report_leftovers();
  }

 private:
  void add(Severity severity, std::string id, int block, std::string message, std::string remedy) {
    report_.add({severity, std::move(id), Part::kCertificates, block, std::move(message), std::move(remedy)});
  }

  void report_duplicates() {
    for (Index i = 0; i < all_.size(); ++i) {
      if (originals_[i] == i) continue;
      add(Severity::kWarning, "chain-duplicate", all_[i].block,
          "this is the certificate of block " + std::to_string(all_[originals_[i]].block) + " again; it is left out",
          "Upload each certificate once");
    }
  }

  void report_signature(Index i) {
    const SignatureState state = path_.signatures[i];
    if (state == SignatureState::kValid || state == SignatureState::kGaveUp) return;
    const bool by_itself = i + 1 == path_.certificates.size();
    const Certificate& child = path_.certificates[i];
    const Certificate& issuer = by_itself ? child : path_.certificates[i + 1];
    const std::string by = by_itself ? "its own key" : "the key of block " + std::to_string(path_.blocks[i + 1]);
    if (state == SignatureState::kInvalid) {
      add(Severity::kError, "signature-invalid", path_.blocks[i],
          "the signature does not verify with " + by + " (" + issuer.subject_text() + ")",
          "One of the two is damaged or of another issuer with the same name: upload the chain that the issuer "
          "publishes for this leaf");
    } else {
      add(Severity::kError, "signature-unverifiable", path_.blocks[i],
          "the signature (" + child.signature_text() + " by " + issuer.key_text() +
              ") is of a kind that is not verified",
          "Use a chain signed with RSA or ECDSA and SHA-256, SHA-384 or SHA-512");
    }
  }

  void report_order() {
    if (std::ranges::is_sorted(path_.indices) && path_.indices.front() == 0) return;
    std::string right_order;
    for (const int block : path_.blocks) right_order += (right_order.empty() ? "" : ", ") + std::to_string(block);
    add(Severity::kError, "chain-out-of-order", 0,
        "the certificates are out of order; by their signatures the right order of the blocks is " + right_order,
        "Upload them in that order: the leaf, then each one's issuer");
  }

  // Whether it has the name and key of another certificate in the path: a cross-signed variant.
  bool is_variant(const Certificate& certificate) const {
    return std::ranges::any_of(path_.certificates, [&](const Certificate& other) {
      return std::ranges::equal(certificate.subject_der(), other.subject_der()) && certificate.has_same_key_as(other);
    });
  }

  // Reports variants and their issuers as superfluous, and the rest as unrelated.
  void report_leftovers() {
    std::vector<Index> leftovers;
    for (Index i = 0; i < all_.size(); ++i) {
      const bool is_used = std::ranges::find(path_.indices, i) != path_.indices.end();
      if (!is_used && originals_[i] == i) leftovers.push_back(i);
    }
    std::vector<Index> superfluous;
    std::vector<Index> meant;
    for (const Index i : leftovers) {
      if (all_[i].certificate.is_ca() && is_variant(all_[i].certificate)) superfluous.push_back(i);
      if (key_ && key_->belongs_to(all_[i].certificate)) meant.push_back(i);
    }
    // A renewal may have kept the key.
    if (key_ && key_->belongs_to(path_.certificates.front())) meant.clear();
    add_issuers(leftovers, superfluous);
    add_issuers(leftovers, meant);
    const auto is_among = [](const std::vector<Index>& some, Index i) {
      return std::ranges::find(some, i) != some.end();
    };
    for (const Index i : leftovers) {
      if (!is_among(meant, i)) report_leftover(i, is_among(superfluous, i));
    }
  }

  // Adds to `some` the leftovers that may have issued one of them.
  void add_issuers(const std::vector<Index>& leftovers, std::vector<Index>& some) const {
    for (Index done = 0; done < some.size(); ++done) {
      for (const Index i : leftovers) {
        const bool is_new = std::ranges::find(some, i) == some.end();
        if (is_new && all_[i].certificate.is_ca() &&
            is_named_issuer(all_[i].certificate, all_[some[done]].certificate)) {
          some.push_back(i);
        }
      }
    }
  }

  // Whether the chain is complete, as far as is known before the source is asked.
  bool is_whole() const { return path_.ends_self_signed || find_trust_anchor(path_.certificates, tools_); }

  void report_leftover(Index i, bool is_superfluous) {
    const std::string subject = all_[i].certificate.subject_text();
    if (is_superfluous) {
      add(Severity::kWarning, "chain-superfluous", all_[i].block,
          subject + (is_current(all_[i].certificate, tools_.policy.now) ? "" : " (not valid now)") +
              " is cross-signed and not needed: the chain is valid without it",
          "It may be left out");
    } else {
      const bool may_be_gap = all_[i].certificate.is_ca() && !is_whole();
      add(Severity::kError, "chain-unrelated", all_[i].block, subject + " issued no certificate of this chain",
          may_be_gap ? "Upload the chain that the issuer publishes for this leaf: a certificate is missing before this "
                       "one, or another belongs in its place"
                     : "Leave it out");
    }
  }

  const Uploaded& all_;
  const std::optional<PrivateKey>& key_;
  std::vector<Index> originals_;
  const ChainPath& path_;
  JudgementTools& tools_;
  ValidationReport& report_;
};

}  // namespace

std::size_t find_leaf(const Upload& upload) {
  const auto& all = upload.certificates;
  const Certificate& first = all.front().certificate;
  const auto issued_by_first = [&](const UploadedCertificate& each) {
    return !(each.certificate == first) && is_named_issuer(first, each.certificate);
  };
  if (!first.is_ca() || std::ranges::none_of(all, issued_by_first)) return 0;
  std::vector<Index> leaves;
  for (Index i = 1; i < all.size(); ++i) {
    if (!all[i].certificate.is_ca()) leaves.push_back(i);
  }
  if (leaves.size() == 1) return leaves.front();
  for (const Index i : leaves) {
    if (upload.key && upload.key->belongs_to(all[i].certificate)) return i;
  }
  return 0;
}

std::vector<ChainPath> find_paths(const Upload& upload, std::size_t leaf, JudgementTools& tools) {
  return PathSearch(upload.certificates, tools).run(leaf);
}

void report_path(const Upload& upload, const ChainPath& path, JudgementTools& tools, ValidationReport& report) {
  PathReport(upload, path, tools, report).run();
}

}  // namespace livecert::x509
