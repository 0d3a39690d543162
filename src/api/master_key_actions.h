#pragma once

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

// The ring of master keys: livecert's own actions, version 2026-12-01, for the root account (docs/administration.md).
namespace livecert::api {

[[nodiscard]] base::Result<Output> list_master_keys(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> rotate_master_key(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> retire_master_key(service::Services&, const service::Context&, const JsonInput&);

}  // namespace livecert::api
