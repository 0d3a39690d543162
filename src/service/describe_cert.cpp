#include "service/describe_cert.h"

#include <utility>

#include "service/access.h"
#include "service/leaf.h"
#include "x509/description.h"
#include "x509/pem.h"

namespace livecert::service {
namespace {

constexpr std::size_t kLargestPrinted = 64UL * 1024;

CertificateFacts facts_of(const x509::Certificate& certificate) {
  return {certificate.subject_text(),
          certificate.issuer_text(),
          certificate.key_text(),
          certificate.signature_text(),
          base::to_hex(x509::sha1_fingerprint(certificate.der())),
          base::to_hex(certificate.sha256())};
}

}  // namespace

base::Result<DescribeCertOutput> describe_cert(Services& services, const Context& context,
                                               const DescribeCertInput& input) {
  if (input.chain_id.has_value() == input.cert_id.has_value()) {
    return base::Error{base::ErrorCode::kInvalidInput, "send exactly one of ChainID and CertID"};
  }
  TRY_ASSIGN(domain::ChainDetail detail, input.chain_id ? find_own_chain(services, context.caller, *input.chain_id)
                                                        : find_own_version(services, context.caller, *input.cert_id));
  DescribeCertOutput output;
  TRY_ASSIGN(const std::vector<x509::Certificate> chain, read_chain(detail.certificates));
  for (const x509::Certificate& certificate : chain) {
    output.chain_pem.push_back(x509::to_pem(certificate));
    output.facts.push_back(facts_of(certificate));
  }
  output.warnings = served_warnings(chain, detail.summary.ends_at, trusted_roots(services.settings));
  if (const base::Bytes& leaf = detail.certificates.front(); leaf.size() <= kLargestPrinted) {
    TRY_ASSIGN(output.leaf_text, x509::openssl_text(leaf));
  }
  output.status = domain::validity_status(detail.summary.not_after, context.at);
  output.detail = std::move(detail);
  return output;
}

}  // namespace livecert::service
