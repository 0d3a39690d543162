#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/secret.h"
#include "domain/account.h"
#include "domain/decision.h"

// The decisions about accounts, their keys and projects, as pure functions of what a transaction read. Who may
// administer is decided before: here the caller does not count.
namespace livecert::domain {

// The first write into an empty store, and only there: the vault's header, the root account with its wrapped key, its
// first access key.
struct Initialise {
  base::Bytes vault_header;
  Account root;
  base::SealedBytes wrapped_account_key;
  AccessKey access_key;
};

// kTaken of the store when it holds anything; kAbsent of a project that the key is limited to, save `default`.
[[nodiscard]] Decision<Effect> decide(const Initialise& command, bool is_used);

// Gives the account its `default` project too.
struct CreateAccount {
  Account account;
  base::SealedBytes wrapped_account_key;
};

struct CreateAccountState {
  bool is_id_taken = false;
  bool is_name_taken = false;
};

// kTaken of the id or else of the name.
[[nodiscard]] Decision<Effect> decide(const CreateAccount& command, const CreateAccountState& state);

struct SetAccountStatus {
  base::AccountId account;
  AccountStatus status;
};

// `present` nullopt: there is no such account (kAbsent).
[[nodiscard]] Decision<Effect> decide(const SetAccountStatus& command, const std::optional<AccountStatus>& present);

// The projects it is limited to must exist.
struct CreateAccessKey {
  AccessKey access_key;
};

struct CreateAccessKeyState {
  bool account_exists = false;
  std::optional<std::string> missing_project = {};  // the first of the key's that the account does not have
  bool is_id_taken = false;
};

// kAbsent of the account or a project, kTaken.
[[nodiscard]] Decision<Effect> decide(const CreateAccessKey& command, const CreateAccessKeyState& state);

struct SetAccessKeyEnabled {
  std::string access_key_id;
  bool enabled;
};

// `present`: whether it is enabled; nullopt: there is no such key (kAbsent, which does not name it: a secret may have
// been pasted there).
[[nodiscard]] Decision<Effect> decide(const SetAccessKeyEnabled& command, const std::optional<bool>& present);

struct CreateProject {
  Project project;
};

struct CreateProjectState {
  bool account_exists = false;
  bool is_name_taken = false;
};

// kAbsent of the account, kTaken.
[[nodiscard]] Decision<Effect> decide(const CreateProject& command, const CreateProjectState& state);

}  // namespace livecert::domain
