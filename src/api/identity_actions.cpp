#include "api/identity_actions.h"

#include <utility>

#include <boost/json/array.hpp>

#include "api/action.h"
#include "api/binder.h"
#include "api/chain_json.h"

namespace livecert::api {
namespace {

// The vendor's limits for ListCertInfo.
constexpr std::int64_t kMaxCdnPageSize = 100;
constexpr std::int64_t kDefaultCdnPageSize = 10;

}  // namespace

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

base::Result<Output> get_session(service::Services& services, const service::Context& context,
                                 const JsonInput& /*json*/) {
  const domain::Caller& caller = context.caller;
  boost::json::object result;
  result["AccountId"] = caller.account.to_string();
  result["AccessKeyId"] = caller.access_key_id;
  result["Root"] = caller.is_root;
  result["Projects"] = strings_to_json(caller.projects);
  boost::json::array& names = result["Actions"].emplace_array();
  for (const Action& action : actions()) {
    const bool is_ours = action.service == "live";
    if (is_ours && (caller.may_administer() || action.access != Access::kAdministration))
      names.emplace_back(action.name);
  }
  result["Version"] = LIVECERT_VERSION;
  result["Now"] = base::to_rfc3339(context.at);
  result["KeepVersions"] = services.settings.keep_versions;
  return Output(std::move(result));
}

base::Result<Output> list_cert_info(service::Services& /*services*/, const service::Context& /*context*/,
                                    const JsonInput& json) {
  const Binder binder(json);
  const std::int64_t page = binder.optional_integer("PageNum", 1, kMaxPageNumber).value_or(1);
  const std::int64_t size = binder.optional_integer("PageSize", 1, kMaxCdnPageSize).value_or(kDefaultCdnPageSize);
  TRY(binder.finish());
  boost::json::object result;
  result["CertInfo"].emplace_array();
  result["ExpiringCount"] = 0;
  result["PageNum"] = page;
  result["PageSize"] = size;
  result["Total"] = 0;
  return Output(std::move(result));
}

}  // namespace livecert::api
