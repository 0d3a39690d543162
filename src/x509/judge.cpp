#include "x509/judge.h"

#include <utility>

#include "x509/chain_path.h"
#include "x509/completion.h"
#include "x509/issuer_rules.h"
#include "x509/leaf_rules.h"
#include "x509/signature_check.h"
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

void judge_issuers(const ChainPath& path, base::Time now, ValidationReport& report) {
  for (std::size_t i = 1; i < path.certificates.size(); ++i) {
    judge_issuer(path.certificates, i, path.blocks[i], report);
    if (path.certificates[i].not_before() <= now) continue;
    report.add({Severity::kWarning, "issuer-not-yet-valid", Part::kCertificates, path.blocks[i],
                path.certificates[i].subject_text() + " is valid only from " +
                    base::to_rfc3339(path.certificates[i].not_before()),
                "Bind the certificate once its issuers are valid"});
  }
}

std::vector<Certificate> to_stored_chain(const Upload& upload, std::vector<Certificate> appended) {
  std::vector<Certificate> chain;
  chain.reserve(upload.certificates.size() + appended.size());
  for (const UploadedCertificate& each : upload.certificates) chain.push_back(each.certificate);
  for (Certificate& each : appended) chain.push_back(std::move(each));
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
  SignatureChecker checker(policy.issuer_cache);
  const ChainPath path = find_path(upload, leaf, policy.now, checker, report);
  judge_issuers(path, policy.now, report);
  TRY_ASSIGN(auto appended, complete_chain(path, policy, source, checker, report));
  if (report.has_errors()) return judgement;
  judgement.accepted =
      AcceptedChain{to_stored_chain(upload, std::move(appended)), *std::move(upload.key), report.warnings()};
  remember_issuers(judgement.accepted->certificates, policy.issuer_cache);
  return judgement;
}

}  // namespace livecert::x509
