#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "service/context.h"

// Access keys, administered by the root account. Changes take effect at once.
namespace livecert::service {

// What a key is limited to.
struct KeyLimits {
  std::vector<std::string> projects = {};  // empty: all of the account
  std::vector<std::string> domains = {};   // as domain::parse_domain_pattern() reads them; empty: all
  std::optional<base::Seconds> life = {};  // the key ends so long after now
};

// A new key and its secret, which no other call shows again.
struct NewAccessKey {
  domain::AccessKey access_key;
  base::SecretBytes secret;
};

// Makes a key pair and seals its secret under the account's key; stores nothing.
[[nodiscard]] base::Result<NewAccessKey> make_access_key(Services& services, base::AccountId account,
                                                         const base::SealedBytes& account_key,
                                                         std::vector<std::string> projects, base::Time now);

// Makes a key for the account with its limits. kNotFound for an unknown account or project; kInvalidInput for a domain
// that is not one.
[[nodiscard]] base::Result<NewAccessKey> create_access_key(Services& services, const Context& context,
                                                           const std::string& account_id, KeyLimits limits);

// Imports a pair that was made elsewhere, for clients that must keep theirs. kNotFound as above; kInvalidInput for an
// unusable id or secret, and for an id that an account already has.
[[nodiscard]] base::Result<domain::AccessKey> import_access_key(Services& services, const Context& context,
                                                                const std::string& account_id,
                                                                const std::string& access_key_id,
                                                                const base::SecretBytes& secret, KeyLimits limits);

// Disables or enables a key. kInvalidInput for the key that signed this call, which cannot be disabled; kNotFound.
[[nodiscard]] base::Result<void> set_access_key_enabled(Services& services, const Context& context,
                                                        const std::string& access_key_id, bool enabled);

// Deletes a key that is disabled. kNotFound; kInvalidInput for an enabled key. The audit keeps its id.
[[nodiscard]] base::Result<void> delete_access_key(Services& services, const Context& context,
                                                   const std::string& access_key_id);

// Returns the keys without their secrets. kNotFound for an unknown account.
[[nodiscard]] base::Result<std::vector<domain::AccessKey>> list_access_keys(Services& services,
                                                                            const std::string& account_id);

}  // namespace livecert::service
