#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "domain/account.h"
#include "rights/attached.h"
#include "store/store.h"
#include "vault/vault.h"

namespace livecert::service {

// The owner of an access key, and the secret that verifies a signature.
struct CallerCredential {
  domain::Caller caller;
  domain::AccountStatus account_status = domain::AccountStatus::kActive;
  base::SecretBytes secret;
  rights::Attached policies = {};
  std::optional<base::Time> expires_at = {};
  // When a use was noted last, in microseconds since 1970; 0: never.
  std::unique_ptr<std::atomic<std::int64_t>> noted_use = std::make_unique<std::atomic<std::int64_t>>(0);
};

// The policies of a key that was read. A name that neither the store nor this release has gets a policy that denies
// everything.
[[nodiscard]] rights::Attached attached_to(const store::Credential& credential);

// The facts about its caller that every signed request needs. They are kept until they change in the store, so that
// disabling a key or suspending an account takes effect with the answer that says so. Every ten minutes, and whenever
// access changes, the next request clears everything, so that opened secrets of unused keys do not stay while other
// keys are in use. Callable from every thread.
class CallerDirectory {
 public:
  // All must outlive this.
  CallerDirectory(store::Store& store, vault::Vault& vault, const base::Clock& clock);

  // Errors: kInvalidAccessKey with the same words for a missing, a disabled and an expired key; kStoreFailure,
  // kInternal.
  [[nodiscard]] base::Result<std::shared_ptr<const CallerCredential>> find_caller(const std::string& access_key_id);

  // Notes that a request was signed with the key, at most once an hour for each key, so that requests cost no writes.
  // Does not block. What the store does not take now, it gets an hour later.
  void note_use(const CallerCredential& credential);

  // The wrapped key of an account. Errors: kStoreFailure; kInternal when it has none.
  [[nodiscard]] base::Result<std::shared_ptr<const base::SealedBytes>> find_account_key(base::AccountId account);

 private:
  template <typename Key, typename Value>
  using Kept = std::map<Key, std::shared_ptr<const Value>>;

  // The kept value of `key`, or the value that `read` reads.
  template <typename Key, typename Value, typename Read>
  [[nodiscard]] base::Result<std::shared_ptr<const Value>> find(Kept<Key, Value>& kept, const Key& key,
                                                                const Read& read);
  void forget_what_is_older(std::uint64_t generation);
  [[nodiscard]] base::Result<std::shared_ptr<const CallerCredential>> read_caller(const std::string& access_key_id);
  [[nodiscard]] base::Result<std::shared_ptr<const base::SealedBytes>> read_account_key(base::AccountId account);

  store::Store& store_;
  vault::Vault& vault_;
  const base::Clock& clock_;

  std::mutex mutex_;  // guards all members below
  std::uint64_t generation_ = 0;
  base::SteadyTime forget_at_;
  Kept<std::string, CallerCredential> callers_;  // by access key
  Kept<base::AccountId, base::SealedBytes> account_keys_;
};

}  // namespace livecert::service
