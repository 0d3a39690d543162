#include "api/admin_actions.h"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "api/binder.h"
#include "api/chain_json.h"
#include "audit/json.h"
#include "service/administer_accounts.h"
#include "service/administer_keys.h"
#include "service/administer_projects.h"
#include "service/audit_checkpoints.h"
#include "service/list_audit.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t kLastSecond = 253'402'300'799;          // the end of the year 9999
constexpr std::int64_t kLastPosition = 9'007'199'254'740'991;  // the largest integer that every JSON reader keeps

json::object to_json(const domain::Account& account) {
  json::object object;
  object["AccountId"] = account.id.to_string();
  object["AccountName"] = account.name;
  object["Root"] = account.is_root;
  object["Status"] = account.status == domain::AccountStatus::kActive ? "active" : "suspended";
  object["CreateTime"] = base::to_rfc3339(account.created_at);
  object["Policies"] = json::array(account.policies.begin(), account.policies.end());
  return object;
}

std::string_view status_of(const domain::AccessKey& key, base::Time now) {
  if (!key.enabled) return "disabled";
  return key.expires_at && *key.expires_at <= now ? "expired" : "enabled";
}

std::string text_of(const std::optional<base::Time>& time) {
  return time ? base::to_rfc3339(*time) : "";
}

json::object to_json(const domain::AccessKey& key, base::Time now) {
  json::object object;
  object["AccountId"] = key.account.to_string();
  object["AccessKeyId"] = key.id;
  object["Status"] = status_of(key, now);
  object["Projects"] = json::array(key.projects.begin(), key.projects.end());
  object["CreateTime"] = base::to_rfc3339(key.created_at);
  object["Policies"] = json::array(key.policies.begin(), key.policies.end());
  object["Domains"] = json::array(key.domains.begin(), key.domains.end());
  object["ExpireTime"] = text_of(key.expires_at);
  object["LastUseTime"] = text_of(key.last_used_at);
  return object;
}

json::object to_json(const domain::Project& project) {
  json::object object;
  object["AccountId"] = project.account.to_string();
  object["ProjectName"] = project.name;
  object["CreateTime"] = base::to_rfc3339(project.created_at);
  return object;
}

constexpr std::int64_t kShortestLife = 60;                          // of a key, in seconds
constexpr std::int64_t kLongestLife = std::int64_t{3653} * 86'400;  // ten years
constexpr ListSize kDomains{0, 50};

service::KeyLimits bind_limits(const Binder& binder) {
  service::KeyLimits limits{binder.optional_strings("Projects"), binder.optional_strings("Domains", kDomains)};
  if (const auto life = binder.optional_integer("ExpiresIn", kShortestLife, kLongestLife))
    limits.life = base::Seconds(*life);
  return limits;
}

template <typename Item>
Output list_output(std::string_view member, const std::vector<Item>& items) {
  json::object result;
  json::array& list = result[json::string_view(member.data(), member.size())].emplace_array();
  for (const Item& item : items) list.push_back(to_json(item));
  return result;
}

base::Result<Output> set_account_status(service::Services& services, const service::Context& context,
                                        const JsonInput& json, domain::AccountStatus status) {
  const Binder binder(json);
  const std::string account = binder.required_string("AccountId");
  TRY(binder.finish());
  TRY(service::set_account_status(services, context, account, status));
  return Output();
}

base::Result<Output> set_access_key_enabled(service::Services& services, const service::Context& context,
                                            const JsonInput& json, bool enabled) {
  const Binder binder(json);
  const std::string key = binder.required_string("AccessKeyId");
  TRY(binder.finish());
  TRY(service::set_access_key_enabled(services, context, key, enabled));
  return Output();
}

}  // namespace

base::Result<Output> create_account(service::Services& services, const service::Context& context,
                                    const JsonInput& json) {
  const Binder binder(json);
  const std::string name = binder.required_string("AccountName");
  TRY(binder.finish());
  TRY_ASSIGN(const domain::Account account, service::create_account(services, context, name));
  return Output(to_json(account));
}

base::Result<Output> suspend_account(service::Services& services, const service::Context& context,
                                     const JsonInput& json) {
  return set_account_status(services, context, json, domain::AccountStatus::kSuspended);
}

base::Result<Output> activate_account(service::Services& services, const service::Context& context,
                                      const JsonInput& json) {
  return set_account_status(services, context, json, domain::AccountStatus::kActive);
}

base::Result<Output> delete_account(service::Services& services, const service::Context& context,
                                    const JsonInput& json) {
  const Binder binder(json);
  service::DeleteAccountInput input;
  input.account_id = binder.required_string("AccountId");
  input.cascade = binder.optional_bool("Cascade").value_or(false);
  input.dry_run = binder.optional_bool("DryRun").value_or(false);
  TRY(binder.finish());
  TRY_ASSIGN(const service::DeleteAccountOutput output, service::delete_account(services, context, input));
  json::object result = to_json(output.account);
  result["Certificates"] = output.content.chains;
  result["Domains"] = output.content.domains;
  result["AccessKeys"] = output.content.keys;
  result["Projects"] = output.content.projects;
  result["Deleted"] = output.is_deleted;
  result["More"] = !output.is_deleted && !input.dry_run;
  return Output(std::move(result));
}

base::Result<Output> list_accounts(service::Services& services, const service::Context& /*context*/,
                                   const JsonInput& /*json*/) {
  TRY_ASSIGN(const std::vector<domain::Account> accounts, service::list_accounts(services));
  return list_output("AccountList", accounts);
}

base::Result<Output> create_access_key(service::Services& services, const service::Context& context,
                                       const JsonInput& json) {
  const Binder binder(json);
  const std::string account = binder.required_string("AccountId");
  service::KeyLimits limits = bind_limits(binder);
  TRY(binder.finish());
  TRY_ASSIGN(const service::NewAccessKey made,
             service::create_access_key(services, context, account, std::move(limits)));
  json::object result = to_json(made.access_key, context.at);
  // Only this answer shows the secret.
  result["SecretAccessKey"] = base::as_text(made.secret.reveal(base::SecretAccess()));
  return Output(std::move(result));
}

base::Result<Output> import_access_key(service::Services& services, const service::Context& context,
                                       const JsonInput& json) {
  const Binder binder(json);
  const std::string account = binder.required_string("AccountId");
  const std::string id = binder.required_string("AccessKeyId");
  const base::SecretBytes secret = base::SecretBytes::copy_of(binder.required_text("SecretAccessKey"));
  service::KeyLimits limits = bind_limits(binder);
  if (json.is_query()) binder.unbindable("SecretAccessKey", "must be in a JSON body, for addresses are logged");
  TRY(binder.finish());
  TRY_ASSIGN(const domain::AccessKey key,
             service::import_access_key(services, context, account, id, secret, std::move(limits)));
  return Output(to_json(key, context.at));
}

base::Result<Output> disable_access_key(service::Services& services, const service::Context& context,
                                        const JsonInput& json) {
  return set_access_key_enabled(services, context, json, false);
}

base::Result<Output> enable_access_key(service::Services& services, const service::Context& context,
                                       const JsonInput& json) {
  return set_access_key_enabled(services, context, json, true);
}

base::Result<Output> delete_access_key(service::Services& services, const service::Context& context,
                                       const JsonInput& json) {
  const Binder binder(json);
  const std::string key = binder.required_string("AccessKeyId");
  TRY(binder.finish());
  TRY(service::delete_access_key(services, context, key));
  return Output();
}

base::Result<Output> list_access_keys(service::Services& services, const service::Context& context,
                                      const JsonInput& json) {
  const Binder binder(json);
  const std::string account = binder.required_string("AccountId");
  TRY(binder.finish());
  TRY_ASSIGN(const std::vector<domain::AccessKey> keys, service::list_access_keys(services, account));
  json::object result;
  json::array& list = result["AccessKeyList"].emplace_array();
  for (const domain::AccessKey& key : keys) list.push_back(to_json(key, context.at));
  return Output(std::move(result));
}

base::Result<Output> create_project(service::Services& services, const service::Context& context,
                                    const JsonInput& json) {
  const Binder binder(json);
  const std::string account = binder.required_string("AccountId");
  const std::string name = binder.required_string("ProjectName");
  TRY(binder.finish());
  TRY_ASSIGN(const domain::Project project, service::create_project(services, context, account, name));
  return Output(to_json(project));
}

base::Result<Output> delete_project(service::Services& services, const service::Context& context,
                                    const JsonInput& json) {
  const Binder binder(json);
  const std::string account = binder.required_string("AccountId");
  const std::string name = binder.required_string("ProjectName");
  TRY(binder.finish());
  TRY(service::delete_project(services, context, account, name));
  return Output();
}

base::Result<Output> list_projects(service::Services& services, const service::Context& /*context*/,
                                   const JsonInput& json) {
  const Binder binder(json);
  const std::string account = binder.required_string("AccountId");
  TRY(binder.finish());
  TRY_ASSIGN(const std::vector<domain::Project> projects, service::list_projects(services, account));
  return list_output("ProjectList", projects);
}

base::Result<Output> list_audit(service::Services& services, const service::Context& /*context*/,
                                const JsonInput& json) {
  constexpr std::int64_t kUsualSize = 100;
  const Binder binder(json);
  const auto seconds = [&](std::string_view name) -> std::optional<base::Time> {
    const auto since_1970 = binder.optional_integer(name, 0, kLastSecond);
    return since_1970 ? std::optional(base::from_unix_seconds(*since_1970)) : std::nullopt;
  };
  service::ListAuditInput input;
  input.account_id = binder.optional_string("AccountId");
  input.access_key_id = binder.optional_string("AccessKeyId");
  input.action = binder.optional_string("ActionName");
  input.subject = binder.optional_string("Subject");
  input.peer_address = binder.optional_string("PeerAddress");
  input.kind = binder.optional_string("Kind");
  input.from = seconds("From");
  input.to = seconds("To");
  input.after = binder.optional_integer("After", 0, kLastPosition);
  input.before = binder.optional_integer("Before", 1, kLastPosition);
  if (input.kind && !audit::is_kind(*input.kind)) {
    binder.unbindable("Kind", "must be write, refusal, opening or sign-in");
  }
  if (input.after && input.before) binder.unbindable("Before", "cannot stand beside After");
  input.size = binder.optional_integer("PageSize", 1, kMaxPageSize).value_or(kUsualSize);
  TRY(binder.finish());
  TRY_ASSIGN(const service::AuditPage page, service::list_audit(services, input));
  boost::json::object result;
  boost::json::array& list = result["AuditList"].emplace_array();
  for (const store::AuditRecord& record : page.records) list.push_back(audit::to_json(record));
  result["Next"] = page.next;
  result["More"] = !page.is_end;
  return Output(std::move(result));
}

base::Result<Output> list_audit_checkpoints(service::Services& services, const service::Context& /*context*/,
                                            const JsonInput& json) {
  constexpr std::int64_t kUsualSize = 100;
  const Binder binder(json);
  const std::int64_t after = binder.optional_integer("After", 0, kLastPosition).value_or(0);
  const std::int64_t size = binder.optional_integer("PageSize", 1, kMaxPageSize).value_or(kUsualSize);
  TRY(binder.finish());
  TRY_ASSIGN(const service::CheckpointPage page, service::list_checkpoints(services, after, size));
  boost::json::object result;
  result["PublicKey"] = page.public_key ? base::to_hex(*page.public_key) : "";
  boost::json::array& list = result["CheckpointList"].emplace_array();
  for (const audit::Checkpoint& checkpoint : page.checkpoints) list.push_back(audit::to_json(checkpoint));
  result["Next"] = page.checkpoints.empty() ? after : page.checkpoints.back().position;
  result["More"] = !page.is_end;
  return Output(std::move(result));
}

base::Result<Output> create_audit_checkpoint(service::Services& services, const service::Context& context,
                                             const JsonInput& /*json*/) {
  TRY_ASSIGN(const auto checkpoint, service::keep_checkpoint(services, context, std::nullopt));
  if (!checkpoint) return base::Error{base::ErrorCode::kNotFound, "the audit has no record yet"};
  boost::json::object result;
  result["Checkpoint"] = audit::to_json(*checkpoint);
  return Output(std::move(result));
}

}  // namespace livecert::api
