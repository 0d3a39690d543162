#pragma once

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

// livecert's own actions for users of certificates, version 2026-12-01: plan, history, rollback, pruning.
namespace livecert::api {

[[nodiscard]] base::Result<Output> plan_cert(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_cert_versions(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> rollback_cert(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> prune_certs(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_bindings(service::Services&, const service::Context&, const JsonInput&);

}  // namespace livecert::api
