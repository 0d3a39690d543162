#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "domain/account.h"
#include "service/context.h"

namespace livecert::service {

// The owner of an access key together with the secret that a signature is checked against.
struct CallerCredential {
  domain::Caller caller;
  domain::AccountStatus account_status = domain::AccountStatus::kActive;
  base::SecretBytes secret;
};

// kInvalidAccessKey when no such key exists or it is disabled, in the same words; kStoreFailure. Reads the store each
// time, so that disabling a key or suspending an account is effective at once.
[[nodiscard]] base::Result<CallerCredential> find_caller(Services& services, const std::string& access_key_id);

// Refuses a caller whose account is suspended: kAccountInactive.
[[nodiscard]] base::Result<void> check_active(const CallerCredential& credential);

}  // namespace livecert::service
