#include "api/authorise.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace livecert::api {
namespace {

using base::Error;
using base::ErrorCode;

// An administrator's action is in no project.
bool is_bound_to_projects(const Action& action) {
  return action.access != Access::kAdministration;
}

}  // namespace

std::string permission_of(const Action& action) {
  return std::string(action.service) + ":" + std::string(action.name);
}

rights::Decision decide_action(const rights::Attached* attached, const rights::Policy* session,
                               const domain::Caller& caller, const Action& action, std::string_view source,
                               base::Time at, bool explain) {
  const std::string permission = permission_of(action);
  const std::string account = caller.account.to_string();
  const rights::Attached none;
  rights::Decision decision =
      rights::decide(attached == nullptr ? none : *attached, session, {permission, source, at, account}, explain);
  if (!decision.is_allowed || !decision.projects) return decision;
  if (!is_bound_to_projects(action)) {
    return {false, "the policies allow it in some projects only, and this action is in none"};
  }
  std::erase_if(*decision.projects, [&](const std::string& project) { return !caller.may_use_project(project); });
  if (!decision.projects->empty()) return decision;
  return {false, "the policies allow it only in projects that this access key may not use"};
}

// All facts for the policies are known by now: no condition that they understand depends on the action's parameters.
base::Result<void> authorise(const ProvenCaller& caller, const Action& action, std::string_view source,
                             service::Context& context) {
  if (caller.account_status() != domain::AccountStatus::kActive) return Error{ErrorCode::kAccountInactive, ""};
  const auto denied = [&](const std::string& why, std::string detail) {
    const std::string sentence = "User is not authorized to perform: " + permission_of(action) + " on resource: .";
    return Error{ErrorCode::kActionDenied, why.empty() ? sentence : sentence + " Denied by the " + why + ".",
                 std::move(detail)};
  };
  if (action.access == Access::kAdministration && !caller.who().may_administer()) return denied("", "");
  // Or a temporary key could outlive its end, and leave its policy behind.
  if (action.access == Access::kOwnKey && caller.is_temporary()) return denied("", "a temporary key makes no others");
  if (caller.attached() == nullptr && caller.policy().empty()) return {};
  std::optional<rights::Policy> session;
  if (!caller.policy().empty()) session.emplace(caller.policy());
  rights::Decision decision =
      decide_action(caller.attached(), session ? &*session : nullptr, caller.who(), action, source, context.at);
  if (!decision.is_allowed) return denied(decision.why, decision.why);
  if (decision.projects) context.caller.projects = *std::move(decision.projects);
  return {};
}

}  // namespace livecert::api
