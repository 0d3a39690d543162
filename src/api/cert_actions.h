#pragma once

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

// The actions of Volcengine Live, version 2023-01-01, that change certificates and their use (documentation pages
// 6469/1126817, 1126818, 1126820, 1126821), and UpdateCert of the older SDKs.
namespace livecert::api {

[[nodiscard]] Answered create_cert(service::Services&, const service::Context&, const JsonInput&);
// The same as CreateCert, of version 2026-12-01, which also takes files (api/upload_files.h).
[[nodiscard]] Answered upload_cert(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] Answered update_cert(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> bind_cert(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> bind_certs(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> unbind_cert(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> delete_cert(service::Services&, const service::Context&, const JsonInput&);

}  // namespace livecert::api
