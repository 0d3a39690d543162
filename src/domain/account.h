#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace livecert::domain {

// Every account has this project from the beginning.
inline constexpr std::string_view kDefaultProject = "default";

enum class AccountStatus : std::uint8_t { kActive, kSuspended };

// The owner of chains, access keys and projects. Only the root account may administer others.
struct Account {
  base::AccountId id;
  std::string name;
  bool is_root = false;
  AccountStatus status = AccountStatus::kActive;
  base::Time created_at;
  std::vector<std::string> policies = {};  // attached to it, sorted; only in lists
};

// A pair of id and secret that signs requests for one account. The secret is sealed under the account's key.
struct AccessKey {
  std::string id;
  base::AccountId account;
  bool enabled = true;
  std::vector<std::string> projects;  // limited to these projects; empty: all of its account
  base::Time created_at;
  base::SealedBytes sealed_secret;
  std::vector<std::string> domains = {};        // limited to the domains that match one of these; empty: all
  std::optional<base::Time> expires_at = {};    // from then on it is refused
  std::vector<std::string> policies = {};       // attached to it, sorted; only in lists
  std::optional<base::Time> last_used_at = {};  // to within an hour; only in lists
};

struct Project {
  base::AccountId account;
  std::string name;
  base::Time created_at;
};

// The sender of a request, after its signature was verified. The store decides inside a transaction on behalf of this
// caller.
struct Caller {
  base::AccountId account;
  bool is_root = false;
  std::string access_key_id;
  std::vector<std::string> projects;      // as AccessKey::projects
  std::vector<std::string> domains = {};  // as AccessKey::domains

  [[nodiscard]] bool may_use_project(std::string_view project) const;
  // Whether the domain, or the DNS name of a certificate, is within those that the key is limited to.
  [[nodiscard]] bool may_use_domain(std::string_view name) const;
  // The first name that is not.
  [[nodiscard]] std::optional<std::string> first_outside(const std::vector<std::string>& names) const;
  // Acts on what belongs to nobody or to others: accounts, edges, everybody's certificates. A key of the root account
  // that is limited to projects or domains may not.
  [[nodiscard]] bool may_administer() const { return is_root && projects.empty() && domains.empty(); }
};

// The two halves of a key pair that was made elsewhere. Their errors (kInvalidInput) repeat neither half. An id has 8
// to 128 letters, digits, `-`, `_` or `.`, which every client can put into a Credential; it is not a temporary key's
// id.
[[nodiscard]] base::Result<std::string> parse_access_key_id(std::string_view text);
// A secret has 16 to 256 printable characters of ASCII, without blanks.
[[nodiscard]] base::Result<void> check_access_secret(std::string_view secret);

// What a key can be limited to: a host name, or `*.` before one for all names below it, at any depth (the name itself
// is not below itself). In lower case. Error: kInvalidInput.
[[nodiscard]] base::Result<std::string> parse_domain_pattern(std::string_view text);
// `name` may be a wildcard, which is below what follows its `*.`.
[[nodiscard]] bool matches_domain_pattern(std::string_view pattern, std::string_view name);

// Names of accounts, projects and policies: 1 to 64 letters, digits, `-`, `_` or `.`, beginning with a letter or digit.
[[nodiscard]] base::Result<std::string> parse_name(std::string_view what, std::string_view text);

}  // namespace livecert::domain
