#include "x509/chain_path.h"

#include <algorithm>
#include <optional>
#include <string>

#include "x509/certificate_state.h"
#include "x509/issuer_rules.h"

namespace livecert::x509 {
namespace {

using Index = std::size_t;

Finding finding(Severity severity, std::string id, int block, std::string message, std::string remedy) {
  return {severity, std::move(id), Part::kCertificates, block, std::move(message), std::move(remedy)};
}

bool is_named_issuer(const Certificate& issuer, const Certificate& child) {
  return std::ranges::equal(issuer.subject_der(), child.issuer_der());
}

// A self-issued certificate that another key signed names that key (RFC 5280 §4.2.1.1).
bool names_another_key(const Certificate& certificate) {
  const Extensions& extensions = certificate.state().extensions;
  return !extensions.authority_key_id.empty() && extensions.authority_key_id != extensions.subject_key_id;
}

// One walk over one upload.
class Walk {
 public:
  Walk(const Upload& upload, base::Time now, SignatureChecker& checker, ValidationReport& report)
      : all_(upload.certificates), now_(now), checker_(checker), report_(report), used_(all_.size(), false) {}

  ChainPath run(Index leaf) {
    set_duplicates_aside();
    if (used_[leaf]) leaf = 0;
    used_[leaf] = true;
    order_.push_back(leaf);
    while (!ends_self_signed_) {
      const auto next = find_issuer(order_.back());
      if (!next) break;
      used_[*next] = true;
      order_.push_back(*next);
    }
    report_order();
    report_leftovers();
    return to_path();
  }

 private:
  void set_duplicates_aside() {
    for (Index i = 1; i < all_.size(); ++i) {
      for (Index j = 0; j < i && !used_[i]; ++j) {
        if (!(all_[i].certificate == all_[j].certificate)) continue;
        used_[i] = true;
        report_.add(finding(Severity::kError, "chain-duplicate", all_[i].block,
                            "this is the certificate of block " + std::to_string(all_[j].block) + " again",
                            "Upload it once"));
      }
    }
  }

  std::optional<Index> find_issuer(Index child) {
    const Certificate& certificate = all_[child].certificate;
    if (checker_.is_self_signed(certificate)) {
      ends_self_signed_ = true;
      return std::nullopt;
    }
    std::vector<Index> named;
    for (Index i = 0; i < all_.size(); ++i) {
      if (!used_[i] && is_named_issuer(all_[i].certificate, certificate)) named.push_back(i);
    }
    // What follows the child comes first: that is where its issuer should stand.
    std::stable_partition(named.begin(), named.end(), [child](Index i) { return i > child; });
    std::stable_partition(named.begin(), named.end(),
                          [this](Index i) { return is_current(all_[i].certificate, now_); });
    std::optional<SignatureState> failure;
    for (const Index i : named) {
      const SignatureState state = checker_.check(certificate, all_[i].certificate);
      if (state == SignatureState::kValid) return i;
      failure = state;
    }
    if (!failure && certificate.is_self_issued() && !names_another_key(certificate)) {
      failure = SignatureState::kInvalid;
      ends_self_signed_ = true;
    }
    if (failure) report_signature(child, named, *failure);
    return named.empty() ? std::nullopt : std::optional(named.front());
  }

  void report_signature(Index child, const std::vector<Index>& named, SignatureState state) {
    const Index issuer = named.empty() ? child : named.front();
    const std::string by = issuer == child ? "its own key" : "the key of block " + std::to_string(all_[issuer].block);
    if (state == SignatureState::kInvalid) {
      report_.add(
          finding(Severity::kError, "signature-invalid", all_[child].block,
                  "the signature does not verify with " + by + " (" + all_[issuer].certificate.subject_text() + ")",
                  "One of the two is damaged or of another issuer with the same name: upload the chain that the "
                  "issuer publishes for this leaf"));
      return;
    }
    report_.add(finding(Severity::kError, "signature-unverifiable", all_[child].block,
                        state == SignatureState::kGaveUp
                            ? "too many certificates share one name to verify the signatures"
                            : "the signature (" + all_[child].certificate.signature_text() + " by " +
                                  all_[issuer].certificate.key_text() + ") is of a kind that is not verified",
                        "Use a chain signed with RSA or ECDSA and SHA-256, SHA-384 or SHA-512"));
  }

  void report_order() {
    if (std::ranges::is_sorted(order_) && order_.front() == 0) return;
    std::string right_order;
    for (const Index i : order_) right_order += (right_order.empty() ? "" : ", ") + std::to_string(all_[i].block);
    report_.add(finding(
        Severity::kError, "chain-out-of-order", 0,
        "the certificates are out of order; by their signatures the right order of the blocks is " + right_order,
        "Upload them in that order: the leaf, then each one's issuer"));
  }

  // Another certificate for the name and key of one in the path: a cross-signed variant.
  bool is_variant(const Certificate& certificate, const std::vector<Index>& of) {
    return std::ranges::any_of(of, [&](Index i) {
      const Certificate& other = all_[i].certificate;
      return std::ranges::equal(certificate.subject_der(), other.subject_der()) && certificate.has_same_key_as(other);
    });
  }

  // Variants, and whatever issued them, are superfluous; the rest is unrelated.
  void report_leftovers() {
    std::vector<Index> leftovers;
    for (Index i = 0; i < all_.size(); ++i) {
      if (!used_[i]) leftovers.push_back(i);
    }
    std::vector<Index> superfluous;
    for (const Index i : leftovers) {
      if (all_[i].certificate.is_ca() && is_variant(all_[i].certificate, order_)) superfluous.push_back(i);
    }
    for (Index done = 0; done < superfluous.size(); ++done) {
      for (const Index i : leftovers) {
        const bool is_new = std::ranges::find(superfluous, i) == superfluous.end();
        if (is_new && all_[i].certificate.is_ca() &&
            is_named_issuer(all_[i].certificate, all_[superfluous[done]].certificate)) {
          superfluous.push_back(i);
        }
      }
    }
    for (const Index i : leftovers) report_leftover(i, std::ranges::find(superfluous, i) != superfluous.end());
  }

  void report_leftover(Index i, bool is_superfluous) {
    const std::string subject = all_[i].certificate.subject_text();
    if (is_superfluous) {
      report_.add(finding(Severity::kWarning, "chain-superfluous", all_[i].block,
                          subject + (is_current(all_[i].certificate, now_) ? "" : " (not valid now)") +
                              " is cross-signed and not needed: the chain is valid without it",
                          "It may be left out"));
    } else {
      report_.add(finding(Severity::kError, "chain-unrelated", all_[i].block,
                          subject + " issued no certificate of this chain", "Leave it out"));
    }
  }

  ChainPath to_path() const {
    ChainPath path;
    path.ends_self_signed = ends_self_signed_;
    for (const Index i : order_) {
      path.certificates.push_back(all_[i].certificate);
      path.blocks.push_back(all_[i].block);
    }
    return path;
  }

  const std::vector<UploadedCertificate>& all_;
  base::Time now_;
  SignatureChecker& checker_;
  ValidationReport& report_;
  std::vector<bool> used_;  // in the path, or a duplicate
  std::vector<Index> order_;
  bool ends_self_signed_ = false;
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

ChainPath find_path(const Upload& upload, std::size_t leaf, base::Time now, SignatureChecker& checker,
                    ValidationReport& report) {
  return Walk(upload, now, checker, report).run(leaf);
}

}  // namespace livecert::x509
