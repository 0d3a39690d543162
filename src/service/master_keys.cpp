#include "service/master_keys.h"

#include <algorithm>
#include <utility>

#include "service/follow_master_key.h"
#include "service/notify_channels.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

using base::Error;
using base::ErrorCode;
using domain::MasterKey;
using domain::MasterKeyState;

// The items that are not under the key. Those of releases before the ring name no key, and are under the first one.
std::int64_t count_left(Services& services, const std::vector<store::SealedCount>& counts, const std::string& key) {
  const bool is_first = services.vault.is_first_key(key);
  std::int64_t left = 0;
  for (const store::SealedCount& count : counts) {
    const bool is_under_it = count.key == key || (is_first && count.key.empty());
    if (!is_under_it) left += count.items;
  }
  return left;
}

std::int64_t count_all(const std::vector<store::SealedCount>& counts) {
  std::int64_t all = 0;
  for (const store::SealedCount& count : counts) all += count.items;
  return all;
}

// Adds at most `room` accounts' keys that are not under the current master key, from the account after `after` on,
// which becomes the last one that needs nothing more. Returns whether that was the last account of all.
base::Result<bool> gather_account_keys(Services& services, store::Snapshot& snapshot, std::int64_t room,
                                       base::AccountId& after, domain::ResealItems& items) {
  constexpr std::int64_t kAccountsAtOnce = 1000;
  for (;;) {
    TRY_ASSIGN(const auto page, snapshot.list_account_keys(after, kAccountsAtOnce));
    for (const store::WrappedKey& wrapped : page) {
      if (vault::sealing_key_of(wrapped.key.bytes) != items.key) {
        if (static_cast<std::int64_t>(items.account_keys.size()) >= room) return false;
        TRY_ASSIGN(auto again, services.vault.rewrap_account_key(wrapped.account, wrapped.key));
        if (again) items.account_keys.push_back({wrapped.account, wrapped.key, *std::move(again)});
      }
      after = wrapped.account;
    }
    if (static_cast<std::int64_t>(page.size()) < kAccountsAtOnce) return true;
  }
}

// The service has few items of its own: all of them at once.
base::Result<void> gather_own(Services& services, store::Snapshot& snapshot, domain::ResealItems& items) {
  TRY_ASSIGN(const auto settings, snapshot.list_sealed_settings());
  for (const store::PutSetting& setting : settings) {
    base::SealedBytes sealed{setting.value};
    TRY_ASSIGN(auto again, services.vault.reseal_own(setting.name, sealed));
    if (again) items.settings.push_back({setting.name, std::move(sealed), *std::move(again)});
  }
  TRY_ASSIGN(const auto channels, snapshot.list_notify_channels());
  for (const store::StoredNotifyChannel& channel : channels) {
    TRY_ASSIGN(auto again, services.vault.reseal_own(place_of_secret(channel.name), channel.secret));
    if (again) items.channels.push_back({channel.name, channel.secret, *std::move(again)});
  }
  return {};
}

}  // namespace

base::Result<void> register_master_keys(Services& services, const Context& context) {
  TRY_ASSIGN(const auto known, services.store.ask(&store::Snapshot::list_master_keys));
  TRY_ASSIGN(auto held, services.vault.held_keys());
  store::AddMasterKeys command;
  for (vault::HeldKey& key : held) {
    if (std::ranges::find(known, key.id, &MasterKey::id) != known.end()) continue;
    command.keys.push_back({key.id, std::move(key.header), MasterKeyState::kAdded, services.clock.now()});
  }
  if (command.keys.empty()) return {};
  return submit(services, context, std::move(command));
}

base::Result<std::vector<ListedMasterKey>> list_master_keys(Services& services) {
  TRY_ASSIGN(const auto snapshot, services.store.read());
  TRY_ASSIGN(auto keys, snapshot->list_master_keys());
  TRY_ASSIGN(const auto counts, snapshot->count_sealed());
  TRY_ASSIGN(const auto held, services.vault.held_keys());
  std::ranges::stable_sort(keys, {}, &MasterKey::added_at);
  std::vector<ListedMasterKey> listed;
  for (MasterKey& key : keys) {
    ListedMasterKey item{std::move(key)};
    const bool is_first = services.vault.is_first_key(item.key.id);
    for (const store::SealedCount& count : counts) {
      if (count.key == item.key.id || (is_first && count.key.empty())) item.items += count.items;
    }
    item.is_held = std::ranges::any_of(held, [&](const auto& other) { return other.id == item.key.id; });
    listed.push_back(std::move(item));
  }
  return listed;
}

namespace {

// Chooses the key to seal under, and counts what is left. `in_file`: the ids of the keys that the file has now.
base::Result<void> begin_rotation(Services& services, const Context& context, const std::vector<std::string>& in_file,
                                  RotationProgress& progress) {
  TRY_ASSIGN(const auto keys, list_master_keys(services));
  const auto current = std::ranges::find(keys, MasterKeyState::kCurrent, [](const auto& key) { return key.key.state; });
  if (current == keys.end()) return Error{ErrorCode::kInternal, "", "the store has no current master key"};
  TRY_ASSIGN(const auto counts, services.store.ask(&store::Snapshot::count_sealed));
  std::string key = current->key.id;
  // An unfinished rotation is finished first, so that no key stays behind unseen.
  if (count_left(services, counts, key) == 0 || !current->is_held) {
    // A key whose line was taken out again since it was read would be gone at the next start, with everything that is
    // under it.
    const auto is_new = [&](const ListedMasterKey& listed) {
      const bool lasts = std::ranges::find(in_file, listed.key.id) != in_file.end();
      return listed.key.state == MasterKeyState::kAdded && listed.is_held && lasts;
    };
    const auto newest = std::find_if(keys.rbegin(), keys.rend(), is_new);
    if (newest == keys.rend()) {
      return Error{ErrorCode::kInvalidInput,
                   "there is no new master key: make one with livecert master-key add, and restart the service if it "
                   "reads its key as a credential"};
    }
    key = newest->key.id;
    TRY(submit(services, context, store::UseMasterKey{key}));
  }
  progress.left = count_left(services, counts, key);
  progress.total = count_all(counts);
  progress.after = {};
  progress.key = std::move(key);
  return {};
}

// Whether another process, or an earlier call, has not changed the current key since.
base::Result<bool> goes_on(Services& services, const RotationProgress& progress) {
  if (progress.key.empty() || progress.left == 0) return false;
  TRY_ASSIGN(const auto known, services.store.ask(&store::Snapshot::list_master_keys));
  const auto current = std::ranges::find(known, MasterKeyState::kCurrent, &MasterKey::state);
  return current != known.end() && current->id == progress.key;
}

}  // namespace

base::Result<Rotation> rotate_master_key(Services& services, const Context& context, std::int64_t batch) {
  RotationProgress& progress = *services.rotation;
  const std::lock_guard lock(progress.mutex);
  TRY_ASSIGN(const std::vector<std::string> in_file, hold_master_keys_of_file(services));
  TRY(register_master_keys(services, context));
  TRY_ASSIGN(const bool is_under_way, goes_on(services, progress));
  if (!is_under_way) TRY(begin_rotation(services, context, in_file, progress));
  if (!services.vault.use_key(progress.key)) {
    return Error{ErrorCode::kInternal, "", "the master key " + progress.key + " is not held"};
  }
  store::ResealItems items{progress.key};
  base::AccountId after = progress.after;
  bool is_end = false;
  {
    TRY_ASSIGN(const auto snapshot, services.store.read());
    TRY(gather_own(services, *snapshot, items));
    TRY_ASSIGN(is_end, gather_account_keys(services, *snapshot, batch, after, items));
  }
  const std::size_t sealed = items.account_keys.size() + items.settings.size() + items.channels.size();
  if (sealed > 0) TRY(submit(services, context, std::move(items)));
  progress.after = after;
  // At least one is left as long as the end was not reached, whatever others did meanwhile.
  progress.left = std::max<std::int64_t>(progress.left - static_cast<std::int64_t>(sealed), 1);
  if (is_end) {
    TRY_ASSIGN(const auto counts, services.store.ask(&store::Snapshot::count_sealed));
    progress.left = count_left(services, counts, progress.key);
    progress.total = count_all(counts);
    progress.after = {};
  }
  return Rotation{progress.key, progress.left, progress.total};
}

base::Result<void> retire_master_key(Services& services, const Context& context, const std::string& id) {
  TRY(submit(services, context, store::RetireMasterKey{id, services.vault.is_first_key(id)}));
  services.vault.forget_key(id);
  return {};
}

}  // namespace livecert::service
