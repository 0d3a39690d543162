#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/policy.h"
#include "rights/attached.h"
#include "service/context.h"

// Policies in the vendor's form, administered by the root account. Changes take effect at once.
namespace livecert::service {

// Makes a policy, or replaces one. kInvalidInput for a name that is not one or is a ready policy's, for a text that is
// too long, and for one with a part that is not understood: the sentence names it.
[[nodiscard]] base::Result<void> put_policy(Services& services, const Context& context, const std::string& name,
                                            const std::string& document);

// kNotFound; kInvalidInput for a ready policy, and for one that is attached.
[[nodiscard]] base::Result<void> delete_policy(Services& services, const Context& context, const std::string& name);

// The holder that a request names: one of the two is there.
struct HolderInput {
  std::optional<std::string> account_id;
  std::optional<std::string> access_key_id;
};

// kNotFound of the policy or the holder. kInvalidInput for the root account and for the key that signed this call,
// which could lock themselves out, and for more policies than a holder may have.
[[nodiscard]] base::Result<void> attach_policy(Services& services, const Context& context, const std::string& policy,
                                               const HolderInput& holder);
// Does nothing when the holder does not have the policy. kNotFound of the holder.
[[nodiscard]] base::Result<void> detach_policy(Services& services, const Context& context, const std::string& policy,
                                               const HolderInput& holder);

struct ListedPolicy {
  std::string name;
  bool is_ready = false;
  std::string document;
  std::optional<base::Time> changed_at;  // nullopt: a ready one
  std::vector<domain::PolicyHolder> holders;
  bool has_more_holders = false;
};

// The ready ones, then the others, by name; only the one of that name, if it is given (kNotFound).
[[nodiscard]] base::Result<std::vector<ListedPolicy>> list_policies(Services& services,
                                                                    const std::optional<std::string>& name);

// What decides about the calls of a key.
struct SimulatedKey {
  domain::Caller caller;
  rights::Attached policies;
};

// `document`: a policy to try in place of those that are attached to the key; those of its account count as they are.
// Also finds disabled keys. kNotFound of the key, which is not named.
[[nodiscard]] base::Result<SimulatedKey> find_simulated(Services& services, const std::string& access_key_id,
                                                        const std::optional<std::string>& document);

}  // namespace livecert::service
