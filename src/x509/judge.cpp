#include "x509/judge.h"

#include <algorithm>
#include <utility>

#include "x509/chain_path.h"
#include "x509/completion.h"
#include "x509/issuer_rules.h"
#include "x509/leaf_rules.h"
#include "x509/trust_anchor.h"
#include "x509/upload_reading.h"

namespace livecert::x509 {
namespace {

void judge_match(const Upload& upload, std::size_t leaf, ValidationReport& report) {
  if (!upload.key || upload.key->belongs_to(upload.certificates[leaf].certificate)) return;
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

void report_budget(const WorkBudget& budget, ValidationReport& report) {
  if (!budget.is_exceeded()) return;
  report.add({Severity::kError, "too-costly-to-judge", Part::kCertificates, 0,
              "the certificates take more work to judge than one upload may: too many share a name or a key, or too "
              "many names stand against too many name constraints",
              "Upload the leaf with the intermediates of its own chain only"});
}

// One of the paths that the upload offers, judged to its end.
struct Attempt {
  const ChainPath* path;
  ValidationReport report;
  std::vector<Certificate> appended;
};

base::Result<Attempt> judge_path(const Upload& upload, const ChainPath& path, const ValidationReport& so_far,
                                 IssuerSource& source, JudgementTools& tools) {
  Attempt attempt{&path, so_far, {}};
  report_path(upload, path, tools.policy.now, attempt.report);
  judge_issuers(path, tools, attempt.report);
  TRY_ASSIGN(attempt.appended, complete_chain(path, source, tools, attempt.report));
  report_budget(tools.budget, attempt.report);
  // Nothing is superfluous to a chain that does not work.
  if (attempt.report.has_errors()) attempt.report.withdraw("chain-superfluous");
  return attempt;
}

// The first path without an error; with none, what is wrong with the best one.
base::Result<Attempt> judge_paths(const Upload& upload, const std::vector<ChainPath>& paths,
                                  const ValidationReport& so_far, IssuerSource& source, JudgementTools& tools) {
  auto best = judge_path(upload, paths.front(), so_far, source, tools);
  if (so_far.has_errors()) return best;
  for (std::size_t i = 1; i < paths.size() && (!best || best->report.has_errors()); ++i) {
    auto other = judge_path(upload, paths[i], so_far, source, tools);
    if (other && !other->report.has_errors()) return other;
  }
  return best;
}

// The path with what completed it, then whatever else was uploaded and has room: OpenSSL's clients take the first
// certificate that bears the issuer's name and never go back, so that a variant in front of the right one would end
// their search.
std::vector<Certificate> to_stored_chain(const Upload& upload, const ChainPath& path, std::vector<Certificate> appended,
                                         const Policy& policy) {
  std::vector<Certificate> chain = path.certificates;
  for (Certificate& each : appended) chain.push_back(std::move(each));
  for (const UploadedCertificate& each : upload.certificates) {
    const bool is_stored = std::ranges::find(chain, each.certificate) != chain.end();
    const bool has_room = chain.size() < static_cast<std::size_t>(policy.max_certificates);
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
  judge_leaf(upload.certificates[leaf].certificate, upload.certificates[leaf].block, policy.now, report);
  judge_match(upload, leaf, report);
  // With a gap where a certificate could not be read, nothing sure can be said about the others.
  if (!upload.has_all_certificates) return judgement;
  JudgementTools tools(policy);
  const std::vector<ChainPath> paths = find_paths(upload, leaf, tools);
  TRY_ASSIGN(Attempt attempt, judge_paths(upload, paths, report, source, tools));
  judgement.work = tools.budget;
  report = std::move(attempt.report);
  if (report.has_errors()) return judgement;
  judgement.accepted = AcceptedChain{to_stored_chain(upload, *attempt.path, std::move(attempt.appended), policy),
                                     *std::move(upload.key), report.warnings()};
  remember_issuers(judgement.accepted->certificates, policy.issuer_cache);
  return judgement;
}

}  // namespace livecert::x509
