#include "api/identity_actions.h"

#include <utility>

#include <boost/json/array.hpp>

#include "api/binder.h"
#include "api/chain_json.h"

namespace livecert::api {
namespace {

// The vendor's, of ListCertInfo.
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
