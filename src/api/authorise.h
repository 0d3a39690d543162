#pragma once

#include <string>
#include <string_view>

#include "api/action.h"
#include "api/proven_caller.h"
#include "base/result.h"
#include "rights/attached.h"
#include "service/context.h"

namespace livecert::api {

// The name by which policies know an action: live:CreateCert.
[[nodiscard]] std::string permission_of(const Action& action);

// Whether the caller may call the action: its account, its key's limits, and its policies. Where policies allow the
// action in some projects only, the call goes on as one whose key is limited to these: everything that follows obeys
// the context's caller. `source` is the client's address; empty: unknown. Errors: kAccountInactive, kActionDenied.
[[nodiscard]] base::Result<void> authorise(const ProvenCaller& caller, const Action& action, std::string_view source,
                                           service::Context& context);

// What the policies of a key and the projects it is limited to make of an action together.
[[nodiscard]] rights::Decision decide_action(const rights::Attached* attached, const rights::Policy* session,
                                             const domain::Caller& caller, const Action& action,
                                             std::string_view source, base::Time at, bool explain = false);

}  // namespace livecert::api
