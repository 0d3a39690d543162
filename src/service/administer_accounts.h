#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

// Accounts, administered by the root account. Changes take effect at once.
namespace livecert::service {

// kInvalidInput for a taken or malformed name.
[[nodiscard]] base::Result<domain::Account> create_account(Services& services, const Context& context,
                                                           const std::string& name);

// Suspends or activates an account. kInvalidInput for the root account, which cannot be suspended; kNotFound.
[[nodiscard]] base::Result<void> set_account_status(Services& services, const Context& context,
                                                    const std::string& account_id, domain::AccountStatus status);

[[nodiscard]] base::Result<std::vector<domain::Account>> list_accounts(Services& services);

// The account with that id; kNotFound for anything else.
[[nodiscard]] base::Result<domain::Account> find_account(Services& services, const std::string& account_id);

}  // namespace livecert::service
