#pragma once

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

// The certificate actions of Volcengine Live, version 2023-01-01 (documentation pages 6469/1126817, 1126822, 1126823).
namespace livecert::api {

[[nodiscard]] base::Result<Output> create_cert(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_cert_v2(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> describe_cert_detail_secret_v2(service::Services&, const service::Context&,
                                                                  const JsonInput&);

}  // namespace livecert::api
