#include "service/find_caller.h"

namespace livecert::service {

base::Result<CallerCredential> find_caller(Services& services, const std::string& access_key_id) {
  TRY_ASSIGN(const auto found, services.store.find_credential(access_key_id));
  if (!found || !found->access_key.enabled) {
    return base::Error{base::ErrorCode::kInvalidAccessKey,
                       "The accesskey [" + access_key_id + "] included in the request is invalid."};
  }
  const vault::Place place{
      .purpose = vault::Purpose::kAccessSecret, .account = found->account.id, .name = access_key_id};
  TRY_ASSIGN(base::SecretBytes secret,
             services.vault.open(found->wrapped_account_key, place, found->access_key.sealed_secret));
  return CallerCredential{{found->account.id, found->account.is_root, access_key_id, found->access_key.projects},
                          found->account.status,
                          std::move(secret)};
}

base::Result<void> check_active(const CallerCredential& credential) {
  if (credential.account_status != domain::AccountStatus::kActive) {
    return base::Error{base::ErrorCode::kAccountInactive, ""};
  }
  return {};
}

}  // namespace livecert::service
