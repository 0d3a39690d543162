#include "api/identity_actions.h"

#include <utility>

namespace livecert::api {

base::Result<Output> get_caller_identity(service::Services& /*services*/, const service::Context& context,
                                         const JsonInput& /*json*/) {
  const std::string account = context.caller.account.to_string();
  boost::json::object result;
  result["Trn"] = "trn:iam::" + account + ":root";
  result["IdentityType"] = "Account";
  result["IdentityId"] = account;
  result["AccountId"] = context.caller.account.number();
  return Output(std::move(result));
}

}  // namespace livecert::api
