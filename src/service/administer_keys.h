#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "service/context.h"

// Access keys, as the root account administers them. Effective at once.
namespace livecert::service {

// A new key and its secret, which no other call will ever show again.
struct NewAccessKey {
  domain::AccessKey access_key;
  base::SecretBytes secret;
};

// Makes a key pair and seals its secret under the account's key; nothing is stored.
[[nodiscard]] base::Result<NewAccessKey> make_access_key(Services& services, base::AccountId account,
                                                         const base::SealedBytes& account_key,
                                                         std::vector<std::string> projects, base::Time now);

// A key for the account, limited to the projects if any are given. kNotFound for an unknown account or project.
[[nodiscard]] base::Result<NewAccessKey> create_access_key(Services& services, const Context& context,
                                                           const std::string& account_id,
                                                           std::vector<std::string> projects);

// A pair that was made elsewhere, for those who must keep theirs. kNotFound as above; kInvalidInput for an id or a
// secret that cannot be used, and for an id that some account has already.
[[nodiscard]] base::Result<domain::AccessKey> import_access_key(Services& services, const Context& context,
                                                                const std::string& account_id,
                                                                const std::string& access_key_id,
                                                                const base::SecretBytes& secret,
                                                                std::vector<std::string> projects);

// Disables or enables. The key that signed this very call cannot be disabled (kInvalidInput); kNotFound.
[[nodiscard]] base::Result<void> set_access_key_enabled(Services& services, const Context& context,
                                                        const std::string& access_key_id, bool enabled);

// Without secrets. kNotFound for an unknown account.
[[nodiscard]] base::Result<std::vector<domain::AccessKey>> list_access_keys(Services& services,
                                                                            const std::string& account_id);

}  // namespace livecert::service
