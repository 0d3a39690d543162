#include "service/describe_cert.h"

#include <utility>

#include "service/access.h"
#include "x509/pem.h"

namespace livecert::service {

base::Result<DescribeCertOutput> describe_cert(Services& services, const Context& context,
                                               const DescribeCertInput& input) {
  if (input.chain_id.has_value() == input.cert_id.has_value()) {
    return base::Error{base::ErrorCode::kInvalidInput, "send exactly one of ChainID and CertID"};
  }
  TRY_ASSIGN(domain::ChainDetail detail, input.chain_id ? find_own_chain(services, context.caller, *input.chain_id)
                                                        : find_own_version(services, context.caller, *input.cert_id));
  DescribeCertOutput output;
  for (const base::Bytes& der : detail.certificates) output.chain_pem.push_back(x509::certificate_to_pem(der));
  output.status = domain::validity_status(detail.summary.not_after, context.at);
  output.detail = std::move(detail);
  return output;
}

}  // namespace livecert::service
