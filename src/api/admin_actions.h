#pragma once

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

// Administration: livecert's own actions, version 2026-12-01, for the root account (docs/administration.md).
namespace livecert::api {

[[nodiscard]] base::Result<Output> create_account(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> suspend_account(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> activate_account(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> delete_account(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_accounts(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> create_access_key(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> import_access_key(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> disable_access_key(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> enable_access_key(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> delete_access_key(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_access_keys(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> create_project(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> delete_project(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_projects(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_audit(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_audit_checkpoints(service::Services&, const service::Context&,
                                                          const JsonInput&);
[[nodiscard]] base::Result<Output> create_audit_checkpoint(service::Services&, const service::Context&,
                                                           const JsonInput&);

}  // namespace livecert::api
