#pragma once

#include "api/envelope.h"
#include "api/json_input.h"
#include "base/result.h"
#include "service/context.h"

// Policies and where they are attached: livecert's own actions, version 2026-12-01, for the root account.
namespace livecert::api {

[[nodiscard]] base::Result<Output> put_policy(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> delete_policy(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> list_policies(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> attach_policy(service::Services&, const service::Context&, const JsonInput&);
[[nodiscard]] base::Result<Output> detach_policy(service::Services&, const service::Context&, const JsonInput&);
// Tells whether a key may call an action, and which statement decides. It asks the code that decides about calls.
[[nodiscard]] base::Result<Output> simulate_policy(service::Services&, const service::Context&, const JsonInput&);

}  // namespace livecert::api
