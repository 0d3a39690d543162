#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace livecert::domain {

// Every account has this project without having created it.
inline constexpr std::string_view kDefaultProject = "default";

enum class AccountStatus : std::uint8_t { kActive, kSuspended };

// Owner of chains, access keys and projects. The root account alone may administer others.
struct Account {
  base::AccountId id;
  std::string name;
  bool is_root = false;
  AccountStatus status = AccountStatus::kActive;
  base::Time created_at;
};

// A pair of id and secret that signs requests for one account. The secret is sealed under the account's key.
struct AccessKey {
  std::string id;
  base::AccountId account;
  bool enabled = true;
  std::vector<std::string> projects;  // the only projects it may touch; empty: all of its account's
  base::Time created_at;
  base::SealedBytes sealed_secret;
};

struct Project {
  base::AccountId account;
  std::string name;
  base::Time created_at;
};

// Who makes a request, after its signature was verified. What a store decides inside a transaction it decides for this.
struct Caller {
  base::AccountId account;
  bool is_root = false;
  std::string access_key_id;
  std::vector<std::string> projects;  // as AccessKey::projects

  [[nodiscard]] bool may_use_project(std::string_view project) const;
};

// The halves of a key pair that was made elsewhere. Neither is repeated in the errors (kInvalidInput).
// 8 to 128 letters, digits, `-`, `_` or `.`, which every client can put into a Credential; not a temporary key's id.
[[nodiscard]] base::Result<std::string> parse_access_key_id(std::string_view text);
// 16 to 256 printable characters of ASCII, no blanks.
[[nodiscard]] base::Result<void> check_access_secret(std::string_view secret);

// Names of accounts and projects: 1 to 64 letters, digits, `-`, `_` or `.`, beginning with a letter or digit.
[[nodiscard]] base::Result<std::string> parse_name(std::string_view what, std::string_view text);

}  // namespace livecert::domain
