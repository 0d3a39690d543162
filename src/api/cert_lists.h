#pragma once

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

// The actions that show certificates: ListCertV2 and DescribeCertDetailSecretV2 of Volcengine Live (documentation pages
// 6469/1126822, 1126823), ListCert and ListCertBindInfo of the older SDKs, and livecert's own ListCerts, which has more
// filters.
namespace livecert::api {

[[nodiscard]] base::Result<Output> list_cert_v2(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_cert(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_cert_bind_info(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_certs(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_served_certs(service::Services& services, const service::Context& context,
                                                     const JsonInput& json);
[[nodiscard]] base::Result<Output> describe_cert_detail_secret_v2(service::Services&, const service::Context&,
                                                                  const JsonInput&);

}  // namespace livecert::api
