#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

// Accounts, as the root account administers them. Effective at once.
namespace livecert::service {

// kInvalidInput for a name that is taken or malformed.
[[nodiscard]] base::Result<domain::Account> create_account(Services& services, const Context& context,
                                                           const std::string& name);

// Suspends or activates. The root account cannot be suspended (kInvalidInput); kNotFound.
[[nodiscard]] base::Result<void> set_account_status(Services& services, const Context& context,
                                                    const std::string& account_id, domain::AccountStatus status);

[[nodiscard]] base::Result<std::vector<domain::Account>> list_accounts(Services& services);

// The account of that id; kNotFound for anything else.
[[nodiscard]] base::Result<domain::Account> find_account(Services& services, const std::string& account_id);

}  // namespace livecert::service
