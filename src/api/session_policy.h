#pragma once

#include <string_view>

namespace livecert::api {

// Whether the policy of a temporary credential, {"Statement":[{"Effect","Action":[…],"Resource":[…]}]}, allows an
// action such as `live:CreateCert`. An empty policy allows everything. Otherwise a statement must allow it and none may
// deny it; `*` in an action stands for any characters. Only the resource `*` counts for allowing, any resource for
// denying; a policy that cannot be read allows nothing.
[[nodiscard]] bool session_policy_allows(std::string_view policy, std::string_view action);

}  // namespace livecert::api
