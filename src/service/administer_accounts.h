#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "domain/administration.h"
#include "service/context.h"

// Accounts, administered by the root account. Changes take effect at once.
namespace livecert::service {

// kInvalidInput for a taken or malformed name.
[[nodiscard]] base::Result<domain::Account> create_account(Services& services, const Context& context,
                                                           const std::string& name);

// Suspends or activates an account. kInvalidInput for the root account, which cannot be suspended; kNotFound.
[[nodiscard]] base::Result<void> set_account_status(Services& services, const Context& context,
                                                    const std::string& account_id, domain::AccountStatus status);

struct DeleteAccountInput {
  std::string account_id;
  bool cascade = false;  // deletes what the account has, too
  bool dry_run = false;  // only counts
};

struct DeleteAccountOutput {
  domain::Account account;
  domain::AccountContent content;  // what it had when the call began
  bool is_deleted = false;         // false: a dry run, or the time of the call was over before all was deleted
};

// Deletes a suspended account. With `cascade` in steps of their own: a call that ends early goes on with the next one.
// kNotFound; kInvalidInput for the root account, an active one and, without `cascade`, one that has anything: the
// sentence counts what stands in the way.
[[nodiscard]] base::Result<DeleteAccountOutput> delete_account(Services& services, const Context& context,
                                                               const DeleteAccountInput& input);

[[nodiscard]] base::Result<std::vector<domain::Account>> list_accounts(Services& services);

// The account with that id; kNotFound for anything else.
[[nodiscard]] base::Result<domain::Account> find_account(Services& services, const std::string& account_id);

}  // namespace livecert::service
