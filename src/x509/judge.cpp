#include "x509/judge.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "x509/chain_path.h"
#include "x509/client_rules.h"
#include "x509/completion.h"
#include "x509/issuer_rules.h"
#include "x509/key_proof.h"
#include "x509/leaf_rules.h"
#include "x509/path_end.h"
#include "x509/trust_anchor.h"
#include "x509/upload_reading.h"

namespace livecert::x509 {
namespace {

// The largest keys are left out: one signature with RSA 8192 takes more time than a whole judgement may take.
void judge_signature(const PrivateKey& key, const Certificate& certificate, ValidationReport& report) {
  constexpr int kLargestProved = 4096;
  if (key.bits() > kLargestProved || signs_for(key, certificate, base::SecretAccess())) return;
  report.add({Severity::kError, "key-does-not-sign", Part::kPrivateKey, 0,
              "a signature that the key makes does not verify with the certificate: one of its numbers is wrong, such "
              "as a prime that is not a prime",
              "The key is damaged: restore it, or make a new key and certificate"});
}

void judge_match(const Upload& upload, std::size_t leaf, const Policy& policy, ValidationReport& report) {
  const Certificate& certificate = upload.certificates[leaf].certificate;
  // A public key of an unknown kind is reported already, and cannot be compared.
  if (!upload.key || certificate.key_kind() == KeyKind::kUnsupported) return;
  if (upload.key->belongs_to(certificate)) {
    if (policy.key_proof == KeyProof::kSignature) judge_signature(*upload.key, certificate, report);
    return;
  }
  std::string message = "the private key (" + to_text(upload.key->kind(), upload.key->bits()) +
                        ") does not belong to the first certificate";
  std::string remedy = "Upload the key that this certificate was issued for";
  for (const UploadedCertificate& each : upload.certificates) {
    if (!upload.key->belongs_to(each.certificate)) continue;
    message += " but to block " + std::to_string(each.block) + " (" + each.certificate.subject_text() + ")";
    remedy =
        "Upload the certificate of block " + std::to_string(each.block) + " first with its own chain, or another key";
    break;
  }
  report.add({Severity::kError, "key-does-not-match", Part::kPrivateKey, 0, std::move(message), std::move(remedy)});
}

// Whether the leaf is missing: the first certificate is an authority's, and the key belongs to another one.
bool is_leaf_missing(const Upload& upload, std::size_t leaf) {
  const Certificate& certificate = upload.certificates[leaf].certificate;
  return certificate.is_ca() && !(upload.key && upload.key->belongs_to(certificate));
}

void judge_issuers(const ChainPath& path, JudgementTools& tools, ValidationReport& report) {
  for (std::size_t i = 1; i < path.certificates.size(); ++i) {
    judge_issuer(path.certificates, i, path.blocks[i], tools.names, report);
    if (path.certificates[i].not_before() <= tools.policy.now) continue;
    report.add({Severity::kWarning, "issuer-not-yet-valid", Part::kCertificates, path.blocks[i],
                path.certificates[i].subject_text() + " is valid only from " +
                    base::to_rfc3339(path.certificates[i].not_before()),
                "Bind the certificate once its issuers are valid"});
  }
}

bool is_left_out(const ValidationReport& report, int block) {
  return std::ranges::any_of(report.findings(), [block](const Finding& finding) {
    return finding.id == "chain-superfluous" && finding.block == block;
  });
}

// Reports an issuer of the served chain that ends before the leaf does, unless a known root that ends later can replace
// it.
void report_early_end(const std::vector<Certificate>& chain, std::size_t index, int block, JudgementTools& tools,
                      ValidationReport& report) {
  const base::Time end = chain[index].not_after();
  if (end >= chain.front().not_after() || end < tools.policy.now) return;
  const auto anchor = find_trust_anchor({chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(index)}, tools);
  if (anchor && (!anchor->root || anchor->root->not_after() > end)) return;
  report.add(early_end(chain[index], chain.front(), block));
}

// Whether the chain leads to a root of the system. Most of these roots are in browsers too.
bool is_below_known_root(const std::vector<Certificate>& chain, JudgementTools& tools) {
  const RootSet* known = tools.policy.known_roots;
  if (known == nullptr) return false;
  return std::ranges::any_of(chain, [&](const Certificate& each) {
    return known->contains(each) || std::ranges::any_of(known->issuers_of(each), [&](const Certificate& root) {
             return tools.signatures.check(each, root) == SignatureState::kValid;
           });
  });
}

// CA/Browser Forum, Baseline Requirements 6.3.2; enforced since September 2020. More than 825 days has its own rule.
void report_public_validity(const std::vector<Certificate>& chain, int block, JudgementTools& tools,
                            ValidationReport& report) {
  using std::chrono::days;
  constexpr base::Time kBeginning{std::chrono::sys_days(std::chrono::year(2020) / std::chrono::September / 1)};
  const Certificate& leaf = chain.front();
  const auto validity = leaf.not_after() - leaf.not_before();
  if (validity <= days(398) || validity > days(825) || leaf.not_before() < kBeginning) return;
  if (!is_below_known_root(chain, tools)) return;
  report.add({Severity::kWarning, "leaf-validity-long", Part::kCertificates, block,
              "the certificate is valid for " + std::to_string(std::chrono::duration_cast<days>(validity).count()) +
                  " days, more than 398: below a root that they ship with, Chromium, Android and clients of Apple "
                  "(iOS, macOS) refuse it",
              "Have the next one issued for at most 398 days"});
}

// Reports what clients refuse about a demanded root that is not served. The rules for issuers were checked when it was
// found.
void judge_root(const std::vector<Certificate>& path, JudgementTools& tools, ValidationReport& report) {
  judge_for_clients(path, path.size() - 1, 0, tools.names, report);
  report_early_end(path, path.size() - 1, 0, tools, report);
}

// Reports what clients refuse about the whole served chain.
void judge_chain(const ChainPath& path, const Completion& completion, JudgementTools& tools, ValidationReport& report) {
  const std::vector<Certificate>& appended = completion.appended;
  std::vector<Certificate> chain;
  chain.reserve(path.certificates.size() + appended.size());
  chain.insert(chain.end(), path.certificates.begin(), path.certificates.end());
  chain.insert(chain.end(), appended.begin(), appended.end());
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const int block = i < path.blocks.size() ? path.blocks[i] : 0;
    if (block != 0 && is_left_out(report, block)) continue;
    judge_for_clients(chain, i, block, tools.names, report);
    if (i > 0) report_early_end(chain, i, block, tools, report);
  }
  if (!completion.to_demanded_root.empty()) judge_root(completion.to_demanded_root, tools, report);
  report_public_validity(chain, path.blocks.front(), tools, report);
  judge_policies(chain, path.blocks, tools.budget, report);
}

void report_budget(const WorkBudget& budget, ValidationReport& report) {
  if (!budget.is_exceeded() && !(budget.has_untried_paths() && report.has_errors())) return;
  report.add({Severity::kError, "too-costly-to-judge", Part::kCertificates, 0,
              "the certificates take more work to judge than one upload may: too many share a name or a key, too many "
              "names meet too many name constraints, or there are too many policies and one is demanded",
              "Upload the leaf with the intermediates of its own chain only"});
}

// One of the paths that the upload offers, judged to its end.
struct Attempt {
  const ChainPath* path;
  ValidationReport report;
  std::vector<Certificate> appended;
};

// Asks about each certificate only once, even if several paths lead to it.
class RememberingSource final : public IssuerSource {
 public:
  explicit RememberingSource(IssuerSource& source) : source_(source) {}
  base::Result<std::vector<Certificate>> issuers_of(const Certificate& child) override {
    for (const Answer& each : answers_) {
      if (each.child == child) return each.issuers;
    }
    return answers_.emplace_back(child, source_.issuers_of(child)).issuers;
  }

 private:
  struct Answer {
    Certificate child;
    base::Result<std::vector<Certificate>> issuers;
  };

  IssuerSource& source_;
  std::vector<Answer> answers_;
};

base::Result<Attempt> judge_path(const Upload& upload, const ChainPath& path, const ValidationReport& so_far,
                                 IssuerSource& source, JudgementTools& tools) {
  Attempt attempt{&path, so_far, {}};
  report_path(upload, path, tools, attempt.report);
  judge_issuers(path, tools, attempt.report);
  TRY_ASSIGN(Completion completion, complete_chain(path, source, tools, attempt.report));
  judge_chain(path, completion, tools, attempt.report);
  attempt.appended = std::move(completion.appended);
  report_budget(tools.budget, attempt.report);
  // A chain that does not work has no superfluous certificates.
  if (attempt.report.has_errors()) attempt.report.withdraw("chain-superfluous");
  return attempt;
}

// Returns the first path without an error, or else the best path with its findings.
base::Result<Attempt> judge_paths(const Upload& upload, const std::vector<ChainPath>& paths,
                                  const ValidationReport& so_far, IssuerSource& source, JudgementTools& tools) {
  RememberingSource remembering(source);
  auto best = judge_path(upload, paths.front(), so_far, remembering, tools);
  if (so_far.has_errors()) return best;
  for (std::size_t i = 1; i < paths.size() && (!best || best->report.has_errors()); ++i) {
    if (tools.budget.is_exceeded()) break;
    auto other = judge_path(upload, paths[i], so_far, remembering, tools);
    if (other && !other->report.has_errors()) return other;
  }
  return best;
}

// Returns the path and what completed it, then the other uploaded certificates as far as there is room. These come last
// because OpenSSL's clients take the first certificate that bears the issuer's name and never go back: a wrong variant
// in front of the right one would end their search.
std::vector<Certificate> to_stored_chain(const Upload& upload, const ChainPath& path, std::vector<Certificate> appended,
                                         const Policy& policy) {
  std::vector<Certificate> chain = path.certificates;
  for (Certificate& each : appended) chain.push_back(std::move(each));
  for (const UploadedCertificate& each : upload.certificates) {
    const bool is_stored = std::ranges::find(chain, each.certificate) != chain.end();
    const bool has_room = chain.size() < static_cast<std::size_t>(policy.max_certificates) &&
                          count_parts(chain) + each.certificate.parts() <= Certificate::kMaxParts;
    if (!is_stored && has_room) chain.push_back(each.certificate);
  }
  return chain;
}

void remember_issuers(const std::vector<Certificate>& chain, IssuerCache* cache) {
  if (cache == nullptr) return;
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (chain[i].is_ca() && !cache->find(chain[i].sha256())) cache->remember(chain[i]);
  }
}

}  // namespace

base::Result<Judgement> judge(std::string_view certificates_pem, std::string_view private_key_pem, const Policy& policy,
                              IssuerSource& source) {
  Judgement judgement;
  ValidationReport& report = judgement.report;
  Upload upload = read_upload(certificates_pem, private_key_pem, policy, report);
  if (!upload.has_first_certificate) return judgement;
  const std::size_t leaf = find_leaf(upload);
  const auto& [leaf_certificate, leaf_block] = upload.certificates[leaf];
  if (is_leaf_missing(upload, leaf)) {
    report_missing_leaf(leaf_certificate, leaf_block, report);
    return judgement;
  }
  judge_leaf(leaf_certificate, leaf_block, policy.now, report);
  judge_match(upload, leaf, policy, report);
  // If a certificate could not be read, nothing is certain about the others.
  if (!upload.has_all_certificates) return judgement;
  JudgementTools tools(policy);
  const std::vector<ChainPath> paths = find_paths(upload, leaf, tools);
  TRY_ASSIGN(Attempt attempt, judge_paths(upload, paths, report, source, tools));
  judgement.work = tools.budget;
  report = std::move(attempt.report);
  if (report.has_errors()) return judgement;
  std::vector<Certificate> chain = to_stored_chain(upload, *attempt.path, std::move(attempt.appended), policy);
  const RootSet* roots = policy.required_roots != nullptr ? policy.required_roots : policy.known_roots;
  const base::Time ends_at = path_end(chain, roots, tools.signatures);
  judgement.accepted = AcceptedChain{std::move(chain), *std::move(upload.key), report.warnings(), ends_at};
  remember_issuers(judgement.accepted->certificates, policy.issuer_cache);
  return judgement;
}

}  // namespace livecert::x509
