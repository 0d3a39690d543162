#include "api/policy_actions.h"

#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/action.h"
#include "api/authorise.h"
#include "api/binder.h"
#include "api/chain_json.h"
#include "base/rfc3339.h"
#include "base/shown.h"
#include "service/administer_policies.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

json::object to_json(const service::ListedPolicy& policy) {
  json::object object;
  object["PolicyName"] = policy.name;
  object["PolicyType"] = policy.is_ready ? "System" : "Custom";
  object["PolicyDocument"] = policy.document;
  object["UpdateTime"] = policy.changed_at ? base::to_rfc3339(*policy.changed_at) : "";
  json::array& holders = object["AttachedTo"].emplace_array();
  for (const domain::PolicyHolder& holder : policy.holders) {
    holders.push_back(json::object{{"AccountId", holder.account.to_string()}, {"AccessKeyId", holder.access_key_id}});
  }
  object["More"] = policy.has_more_holders;
  return object;
}

// The holder that a request names: one of the two members.
service::HolderInput bind_holder(const Binder& binder) {
  service::HolderInput holder{binder.optional_string("AccountId"), binder.optional_string("AccessKeyId")};
  if (holder.account_id.has_value() == holder.access_key_id.has_value()) {
    binder.unbindable("AccountId", "or AccessKeyId must be there, and not both");
  }
  return holder;
}

template <typename Perform>
base::Result<Output> with_holder(const JsonInput& json, const Perform& perform) {
  const Binder binder(json);
  const std::string policy = binder.required_string("PolicyName");
  const service::HolderInput holder = bind_holder(binder);
  TRY(binder.finish());
  TRY(perform(policy, holder));
  return Output();
}

// The first action of that name, in whichever version; both `CreateCert` and `live:CreateCert` name it.
const Action* find_named(std::string_view name) {
  const auto all = actions();
  const auto found = std::ranges::find_if(
      all, [&](const Action& action) { return action.name == name || permission_of(action) == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

base::Result<Output> put_policy(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  const std::string name = binder.required_string("PolicyName");
  const std::string document = binder.required_string("PolicyDocument");
  TRY(binder.finish());
  TRY(service::put_policy(services, context, name, document));
  return Output();
}

base::Result<Output> delete_policy(service::Services& services, const service::Context& context,
                                   const JsonInput& json) {
  const Binder binder(json);
  const std::string name = binder.required_string("PolicyName");
  TRY(binder.finish());
  TRY(service::delete_policy(services, context, name));
  return Output();
}

base::Result<Output> list_policies(service::Services& services, const service::Context& /*context*/,
                                   const JsonInput& json) {
  const Binder binder(json);
  const auto name = binder.optional_string("PolicyName");
  TRY(binder.finish());
  TRY_ASSIGN(const auto policies, service::list_policies(services, name));
  json::object result;
  json::array& list = result["PolicyList"].emplace_array();
  for (const service::ListedPolicy& policy : policies) list.push_back(to_json(policy));
  return Output(std::move(result));
}

base::Result<Output> attach_policy(service::Services& services, const service::Context& context,
                                   const JsonInput& json) {
  return with_holder(json, [&](const std::string& policy, const service::HolderInput& holder) {
    return service::attach_policy(services, context, policy, holder);
  });
}

base::Result<Output> detach_policy(service::Services& services, const service::Context& context,
                                   const JsonInput& json) {
  return with_holder(json, [&](const std::string& policy, const service::HolderInput& holder) {
    return service::detach_policy(services, context, policy, holder);
  });
}

base::Result<Output> simulate_policy(service::Services& services, const service::Context& context,
                                     const JsonInput& json) {
  const Binder binder(json);
  const std::string key = binder.required_string("AccessKeyId");
  const std::string name = binder.required_string("ActionName");
  const std::string source = binder.optional_string("SourceIp").value_or(context.peer_address);
  const auto document = binder.optional_string("PolicyDocument");
  TRY(binder.finish());
  const Action* const action = find_named(name);
  if (action == nullptr) {
    return base::Error{base::ErrorCode::kNotFound, "ActionName " + base::shown(name) + " does not exist"};
  }
  TRY_ASSIGN(service::SimulatedKey simulated, service::find_simulated(services, key, document));
  const bool lacks_root = action->access == Access::kAdministration && !simulated.caller.may_administer();
  rights::Decision decision;
  if (lacks_root) {
    decision = {false, "only an access key of the root account that is not limited to projects may call it"};
  } else {
    decision = decide_action(&simulated.policies, nullptr, simulated.caller, *action, source, context.at, true);
  }
  if (decision.why.empty()) decision.why = "no policy limits it";
  json::object result;
  result["Action"] = permission_of(*action);
  result["Allowed"] = decision.is_allowed;
  result["Why"] = decision.why;
  result["Projects"] = strings_to_json(decision.projects.value_or(simulated.caller.projects));
  return Output(std::move(result));
}

}  // namespace livecert::api
