#include "api/identity_actions.h"

#include <chrono>
#include <utility>

#include <boost/json/array.hpp>

#include "api/action.h"
#include "api/authorise.h"
#include "api/binder.h"
#include "api/chain_json.h"
#include "base/rfc3339.h"
#include "rights/ready.h"
#include "service/audit_book.h"
#include "service/caller_directory.h"
#include "signature/sts2.h"

namespace livecert::api {
namespace {

// The vendor's limits for ListCertInfo.
constexpr std::int64_t kMaxCdnPageSize = 100;
constexpr std::int64_t kDefaultCdnPageSize = 10;

constexpr std::int64_t kMostHours = 12;
constexpr std::int64_t kUsualHours = 8;

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

base::Result<Output> create_session(service::Services& services, const service::Context& context,
                                    const JsonInput& json) {
  const Binder binder(json);
  const std::int64_t hours = binder.optional_integer("Hours", 1, kMostHours).value_or(kUsualHours);
  const bool is_read_only = binder.optional_bool("ReadOnly").value_or(false);
  TRY(binder.finish());
  TRY_ASSIGN(const auto own, services.callers.find_caller(context.caller.access_key_id));
  signature::TemporaryKey key;
  key.long_term_access_key_id = context.caller.access_key_id;
  key.access_key_id = "AKTP" + services.ids.make_access_key_id().substr(4);
  key.secret = services.ids.make_access_secret();
  key.expires_at = context.at + std::chrono::hours(hours);
  if (is_read_only) key.policy = rights::find_ready_policy("ReadOnly")->document;
  const signature::Credentials made = signature::make_sts2(key, own->secret);
  if (services.audit != nullptr) {
    audit::Record record;
    record.at = context.at;
    record.account = context.caller.account;
    record.access_key_id = context.caller.access_key_id;
    record.action = context.action;
    record.request_id = context.request_id;
    record.peer_address = context.peer_address;
    record.subject = made.access_key_id;
    record.detail = "for " + std::to_string(hours) + (hours == 1 ? " hour" : " hours");
    if (is_read_only) record.detail += ", to read";
    services.audit->note_sign_in(std::move(record));
  }
  boost::json::object result;
  result["AccessKeyId"] = made.access_key_id;
  // Only this answer shows the secret.
  result["SecretAccessKey"] = base::as_text(made.secret.reveal(base::SecretAccess()));
  result["SecurityToken"] = made.session_token.value_or("");
  result["ExpiresAt"] = base::to_rfc3339(key.expires_at);
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
  result["Domains"] = strings_to_json(caller.domains);
  boost::json::array& names = result["Actions"].emplace_array();
  // The one who opened a stopped service's store has no such key.
  const auto own = services.callers.find_caller(caller.access_key_id);
  const rights::Attached attached = own ? (*own)->policies : rights::Attached();
  for (const Action& action : actions()) {
    if (action.service != "live") continue;
    if (action.access == Access::kAdministration && !caller.may_administer()) continue;
    const std::string permission = permission_of(action);
    const std::string account = caller.account.to_string();
    const rights::Question question{permission, context.peer_address, context.at, account};
    if (rights::decide(attached, nullptr, question).is_allowed) names.emplace_back(action.name);
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
