#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "domain/decision.h"

// The decisions about policies and where they are attached, as pure functions of the rows that a transaction read. What
// a policy says is no matter here: rights/policy.h. As for all administration, they do not look at the caller.
namespace livecert::domain {

// The most policies of one holder, so that the cost of a request stays small.
inline constexpr std::size_t kMostPolicies = 10;

// An account, or one of its access keys.
struct PolicyHolder {
  base::AccountId account;
  std::string access_key_id;  // empty: the account itself

  bool operator==(const PolicyHolder&) const = default;
};

// "account 2100000001", "access key AKLT…".
[[nodiscard]] std::string to_text(const PolicyHolder& holder);

// Makes a policy, or replaces its text; the keys that have it are judged by the new one at once.
struct PutPolicy {
  std::string name;
  std::string document;
  base::Time at;
};

// `present`: the text now; nullopt: there is no such policy.
[[nodiscard]] Effect decide(const PutPolicy& command, const std::optional<std::string>& present);

struct DeletePolicy {
  std::string name;
};

struct DeletePolicyState {
  bool exists = false;
  std::vector<std::string> holders = {};  // in words
};

// Refuses with kAbsent, and with kInUse while anything has it: without it, a key would have more rights.
[[nodiscard]] Decision<Effect> decide(const DeletePolicy& command, const DeletePolicyState& state);

struct AttachPolicy {
  std::string policy;
  bool is_ready = false;  // one that every store has, and no row
  PolicyHolder holder;
};

struct AttachPolicyState {
  bool policy_exists = false;           // not looked at for a ready one
  bool holder_exists = false;           // the account, or the key in that account
  std::vector<std::string> names = {};  // that the holder has
};

// Refuses with kAbsent (an access key is not named, as in SetAccessKeyEnabled), and with kFull.
[[nodiscard]] Decision<Effect> decide(const AttachPolicy& command, const AttachPolicyState& state);

struct DetachPolicy {
  std::string policy;
  PolicyHolder holder;
};

// Converges when the holder does not have the policy; refuses with kAbsent of the holder.
[[nodiscard]] Decision<Effect> decide(const DetachPolicy& command, const AttachPolicyState& state);

}  // namespace livecert::domain
