#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/secret.h"
#include "domain/account.h"
#include "domain/decision.h"

// The decisions about accounts, their keys and projects, as pure functions of the rows that a transaction read. The
// service has already checked that the caller may administer; these rules do not look at the caller.
namespace livecert::domain {

// The first write, only into an empty store: the vault's header, the root account with its wrapped key, and its first
// access key.
struct Initialise {
  base::Bytes vault_header;
  Account root;
  base::SealedBytes wrapped_account_key;
  AccessKey access_key;
};

// kTaken of the store when it is not empty; kAbsent of a project that the key is limited to, except `default`.
[[nodiscard]] Decision<Effect> decide(const Initialise& command, bool is_used);

// Also creates the project `default` of the account.
struct CreateAccount {
  Account account;
  base::SealedBytes wrapped_account_key;
};

struct CreateAccountState {
  bool is_id_taken = false;
  bool is_name_taken = false;
};

// Refuses with kTaken of the id, otherwise of the name.
[[nodiscard]] Decision<Effect> decide(const CreateAccount& command, const CreateAccountState& state);

struct SetAccountStatus {
  base::AccountId account;
  AccountStatus status;
};

// What an account has besides its project `default`.
struct AccountContent {
  std::int64_t chains = 0;
  std::int64_t domains = 0;
  std::int64_t keys = 0;
  std::int64_t projects = 0;

  bool operator==(const AccountContent&) const = default;
};

// In words, such as "3 certificates"; nothing that it does not have.
[[nodiscard]] std::vector<std::string> to_texts(const AccountContent& content);

// Deletes an account with the key that its secrets are sealed under, so that none of them opens again.
struct DeleteAccount {
  base::AccountId account;
};

struct DeleteAccountState {
  std::optional<AccountStatus> status = {};  // nullopt: there is no such account
  AccountContent content = {};
};

// Refuses with kAbsent, and with kInUse while the account is active or has anything.
[[nodiscard]] Decision<Effect> decide(const DeleteAccount& command, const DeleteAccountState& state);

// Deletes at most `limit` things of a suspended account: domains first, then chains, keys and projects. A large account
// takes many of these commands, and other writes come between them.
struct EmptyAccount {
  base::AccountId account;
  std::int64_t limit = 0;
};

// Refuses with kAbsent, and with kInUse an active account. Has no effect on an empty one.
[[nodiscard]] Decision<Effect> decide(const EmptyAccount& command, const DeleteAccountState& state);

// `present` nullopt: there is no such account (kAbsent).
[[nodiscard]] Decision<Effect> decide(const SetAccountStatus& command, const std::optional<AccountStatus>& present);

// The projects that the key is limited to must exist.
struct CreateAccessKey {
  AccessKey access_key;
};

struct CreateAccessKeyState {
  bool account_exists = false;
  std::optional<std::string> missing_project = {};  // the first of the key's projects that the account does not have
  bool is_id_taken = false;
};

// Refuses with kAbsent of the account or of a project, and with kTaken.
[[nodiscard]] Decision<Effect> decide(const CreateAccessKey& command, const CreateAccessKeyState& state);

struct SetAccessKeyEnabled {
  std::string access_key_id;
  bool enabled;
};

// `present`: whether the key is enabled; nullopt if there is no such key (kAbsent, which does not name it, because a
// secret may have been pasted in place of the id).
[[nodiscard]] Decision<Effect> decide(const SetAccessKeyEnabled& command, const std::optional<bool>& present);

// Only a disabled key can be deleted: whoever still signs with it fails first while it can be enabled again.
struct DeleteAccessKey {
  std::string access_key_id;
};

// `present` as for SetAccessKeyEnabled. Refuses with kAbsent, and with kInUse an enabled key.
[[nodiscard]] Decision<Effect> decide(const DeleteAccessKey& command, const std::optional<bool>& present);

struct CreateProject {
  Project project;
};

struct CreateProjectState {
  bool account_exists = false;
  bool is_name_taken = false;
};

// Refuses with kAbsent of the account, and with kTaken.
[[nodiscard]] Decision<Effect> decide(const CreateProject& command, const CreateProjectState& state);

// Deletes an empty project. `default` is not to be deleted.
struct DeleteProject {
  base::AccountId account;
  std::string name;
};

struct DeleteProjectState {
  bool exists = false;
  bool has_chains = false;
  bool has_domains = false;
  std::vector<std::string> keys = {};  // the access keys that are limited to it
};

// Refuses with kAbsent and kInUse. A key that is limited to the project stands in the way too, because without it the
// key would be limited to nothing.
[[nodiscard]] Decision<Effect> decide(const DeleteProject& command, const DeleteProjectState& state);

}  // namespace livecert::domain
