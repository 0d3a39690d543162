#include "service/administer_keys.h"

#include <utility>

#include "service/administer_accounts.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

// Seals the secret under the account's key, bound to the id.
base::Result<base::SealedBytes> seal_secret(Services& services, const base::SealedBytes& account_key,
                                            base::AccountId account, const std::string& access_key_id,
                                            const base::SecretBytes& secret) {
  const vault::Place place{.purpose = vault::Purpose::kAccessSecret, .account = account, .name = access_key_id};
  return services.vault.seal(account_key, place, secret);
}

base::Result<base::SealedBytes> find_account_key(Services& services, base::AccountId account) {
  TRY_ASSIGN(auto account_key, services.store.ask(&store::Snapshot::find_account_key, account));
  if (!account_key) return base::Error{base::ErrorCode::kInternal, "", "the account has no key in the store"};
  return *std::move(account_key);
}

base::Result<void> set_limits(domain::AccessKey& key, KeyLimits limits, base::Time now) {
  key.projects = std::move(limits.projects);
  for (const std::string& text : limits.domains) {
    TRY_ASSIGN(key.domains.emplace_back(), domain::parse_domain_pattern(text));
  }
  if (limits.life) key.expires_at = now + *limits.life;
  return {};
}

}  // namespace

base::Result<NewAccessKey> make_access_key(Services& services, base::AccountId account,
                                           const base::SealedBytes& account_key, std::vector<std::string> projects,
                                           base::Time now) {
  NewAccessKey made;
  made.access_key.id = services.ids.make_access_key_id();
  made.access_key.account = account;
  made.access_key.projects = std::move(projects);
  made.access_key.created_at = now;
  made.secret = services.ids.make_access_secret();
  TRY_ASSIGN(made.access_key.sealed_secret,
             seal_secret(services, account_key, account, made.access_key.id, made.secret));
  return made;
}

base::Result<NewAccessKey> create_access_key(Services& services, const Context& context, const std::string& account_id,
                                             KeyLimits limits) {
  TRY_ASSIGN(const domain::Account account, find_account(services, account_id));
  TRY_ASSIGN(const base::SealedBytes account_key, find_account_key(services, account.id));
  TRY_ASSIGN(NewAccessKey made, make_access_key(services, account.id, account_key, {}, context.at));
  TRY(set_limits(made.access_key, std::move(limits), context.at));
  TRY(submit(services, context, store::CreateAccessKey{made.access_key}));
  return made;
}

base::Result<domain::AccessKey> import_access_key(Services& services, const Context& context,
                                                  const std::string& account_id, const std::string& access_key_id,
                                                  const base::SecretBytes& secret, KeyLimits limits) {
  domain::AccessKey key;
  TRY_ASSIGN(key.id, domain::parse_access_key_id(access_key_id));
  TRY(domain::check_access_secret(base::as_text(secret.reveal(base::SecretAccess()))));
  TRY_ASSIGN(const domain::Account account, find_account(services, account_id));
  TRY_ASSIGN(const base::SealedBytes account_key, find_account_key(services, account.id));
  key.account = account.id;
  TRY(set_limits(key, std::move(limits), context.at));
  key.created_at = context.at;
  TRY_ASSIGN(key.sealed_secret, seal_secret(services, account_key, account.id, key.id, secret));
  TRY(submit(services, context, store::CreateAccessKey{key}));
  return key;
}

base::Result<void> set_access_key_enabled(Services& services, const Context& context, const std::string& access_key_id,
                                          bool enabled) {
  if (!enabled && access_key_id == context.caller.access_key_id) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       "a key cannot disable itself: make another key first and use that one"};
  }
  return submit(services, context, store::SetAccessKeyEnabled{access_key_id, enabled});
}

base::Result<void> delete_access_key(Services& services, const Context& context, const std::string& access_key_id) {
  return submit(services, context, store::DeleteAccessKey{access_key_id});
}

base::Result<std::vector<domain::AccessKey>> list_access_keys(Services& services, const std::string& account_id) {
  TRY_ASSIGN(const domain::Account account, find_account(services, account_id));
  return services.store.ask(&store::Snapshot::list_access_keys, account.id);
}

}  // namespace livecert::service
