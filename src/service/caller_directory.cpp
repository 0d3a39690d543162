#include "service/caller_directory.h"

#include <algorithm>
#include <utility>

#include "base/locked_memory.h"
#include "base/shown.h"
#include "rights/ready.h"

namespace livecert::service {
namespace {

constexpr std::size_t kMostKept = 1024;
constexpr std::size_t kLongestAccessKey = 128;  // longer ones cannot be in the store, and are not looked up
constexpr auto kKeep = std::chrono::minutes(10);
constexpr auto kBetweenUses = std::chrono::hours(1);
constexpr auto kTimeToNote = std::chrono::seconds(30);

base::Error invalid_access_key(std::string_view access_key_id) {
  return {base::ErrorCode::kInvalidAccessKey,
          "The accesskey [" + std::string(access_key_id) + "] included in the request is invalid."};
}

// That an access key is not valid is kept too, as a null pointer, so that repeated calls with it cost no reads. These
// entries are removed first, so that no number of invented keys pushes out a valid one.
template <typename Kept>
void make_room(Kept& kept) {
  if (kept.size() < kMostKept) return;
  std::erase_if(kept, [](const auto& entry) { return entry.second == nullptr; });
  if (kept.size() >= kMostKept) kept.clear();
}

}  // namespace

rights::Attached attached_to(const store::Credential& credential) {
  rights::Attached attached;
  for (const store::Credential::Policy& policy : credential.policies) {
    const rights::ReadyPolicy* const ready = rights::find_ready_policy(policy.name);
    const std::string_view document = ready == nullptr ? std::string_view(policy.document) : ready->document;
    (policy.is_of_account ? attached.to_account : attached.to_key).push_back({policy.name, rights::Policy(document)});
  }
  return attached;
}

CallerDirectory::CallerDirectory(store::Store& store, vault::Vault& vault, const base::Clock& clock)
    : store_(store), vault_(vault), clock_(clock), forget_at_(clock.steady_now() + kKeep) {}

template <typename Key, typename Value, typename Read>
base::Result<std::shared_ptr<const Value>> CallerDirectory::find(Kept<Key, Value>& kept, const Key& key,
                                                                 const Read& read) {
  // Read before anything else, so that any later change makes the value outdated.
  const std::uint64_t generation = store_.generation(store::Topic::kAccess);
  {
    const std::lock_guard lock(mutex_);
    forget_what_is_older(generation);
    if (const auto known = kept.find(key); known != kept.end()) return known->second;
  }
  TRY_ASSIGN(auto value, read());
  const std::lock_guard lock(mutex_);
  if (generation == generation_) {
    make_room(kept);
    kept.insert_or_assign(key, value);
  }
  return value;
}

void CallerDirectory::forget_what_is_older(std::uint64_t generation) {
  const base::SteadyTime now = clock_.steady_now();
  if (generation <= generation_ && now < forget_at_) return;
  callers_.clear();
  account_keys_.clear();
  generation_ = std::max(generation, generation_);
  forget_at_ = now + kKeep;
}

base::Result<std::shared_ptr<const CallerCredential>> CallerDirectory::find_caller(const std::string& access_key_id) {
  if (access_key_id.size() > kLongestAccessKey) return invalid_access_key(base::shown(access_key_id));
  using Found = base::Result<std::shared_ptr<const CallerCredential>>;
  auto found = find(callers_, access_key_id, [&]() -> Found {
    Found caller = read_caller(access_key_id);
    if (!caller && caller.error().code == base::ErrorCode::kInvalidAccessKey) return Found(nullptr);
    return caller;
  });
  if (!found) return found;
  const bool is_usable = *found != nullptr && !((*found)->expires_at && *(*found)->expires_at <= clock_.now());
  if (!is_usable) return invalid_access_key(base::shown(access_key_id));
  return found;
}

void CallerDirectory::note_use(const CallerCredential& credential) {
  const base::Time now = clock_.now();
  const std::int64_t micros = base::to_unix_micros(now);
  std::int64_t noted = credential.noted_use->load(std::memory_order_relaxed);
  if (noted != 0 && now - base::from_unix_micros(noted) < kBetweenUses) return;
  // Of several requests at once, one notes it.
  if (!credential.noted_use->compare_exchange_strong(noted, micros, std::memory_order_relaxed)) return;
  store::Context context;
  context.action = "KeyUse";
  context.at = now;
  context.deadline = clock_.steady_now() + kTimeToNote;
  store_.submit(std::move(context), store::KeepKeyUses{{{credential.caller.access_key_id, now}}})
      .start([](const store::Outcome&) {});
}

base::Result<std::shared_ptr<const base::SealedBytes>> CallerDirectory::find_account_key(base::AccountId account) {
  return find(account_keys_, account, [&] { return read_account_key(account); });
}

base::Result<std::shared_ptr<const CallerCredential>> CallerDirectory::read_caller(const std::string& access_key_id) {
  TRY_ASSIGN(const auto found, store_.ask(&store::Snapshot::find_credential, access_key_id));
  if (!found || !found->access_key.enabled) return invalid_access_key(base::shown(access_key_id));
  const vault::Place place{
      .purpose = vault::Purpose::kAccessSecret, .account = found->account.id, .name = access_key_id};
  TRY_ASSIGN(const base::SecretBytes secret,
             vault_.open(found->wrapped_account_key, place, found->access_key.sealed_secret));
  base::SecretBytes kept;
  {
    // It stays for minutes.
    const base::LockedAllocations locked;
    kept = secret.clone(base::SecretAccess());
  }
  auto credential = std::make_shared<CallerCredential>(CallerCredential{
      {found->account.id, found->account.is_root, access_key_id, found->access_key.projects, found->access_key.domains},
      found->account.status,
      std::move(kept),
      attached_to(*found),
      found->access_key.expires_at});
  const auto& used = found->access_key.last_used_at;
  if (used) credential->noted_use->store(base::to_unix_micros(*used), std::memory_order_relaxed);
  return std::shared_ptr<const CallerCredential>(std::move(credential));
}

base::Result<std::shared_ptr<const base::SealedBytes>> CallerDirectory::read_account_key(base::AccountId account) {
  TRY_ASSIGN(auto found, store_.ask(&store::Snapshot::find_account_key, account));
  if (!found) return base::Error{base::ErrorCode::kInternal, "", "the account has no key in the store"};
  return std::make_shared<const base::SealedBytes>(*std::move(found));
}

}  // namespace livecert::service
