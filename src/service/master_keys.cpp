#include "service/master_keys.h"

#include <algorithm>
#include <utility>

#include "service/notify_channels.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

using base::Error;
using base::ErrorCode;
using domain::MasterKey;
using domain::MasterKeyState;

// What stays in the file after its retirement is not held again. Returns the ids of the keys that the file has.
base::Result<std::vector<std::string>> hold_what_the_file_has(Services& services) {
  std::vector<std::string> ids;
  if (!services.read_master_keys) return ids;
  TRY_ASSIGN(vault::MasterKeys keys, services.read_master_keys());
  for (const base::SecretBytes& key : keys) ids.push_back(vault::master_key_id(key));
  TRY_ASSIGN(const auto known, services.store.ask(&store::Snapshot::list_master_keys));
  std::erase_if(keys, [&](const base::SecretBytes& key) {
    const auto found = std::ranges::find(known, vault::master_key_id(key), &MasterKey::id);
    return found != known.end() && found->state == MasterKeyState::kRetired;
  });
  services.vault.hold(std::move(keys));
  return ids;
}

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

// Adds at most `room` accounts' keys that are not under the current master key.
base::Result<void> gather_account_keys(Services& services, store::Snapshot& snapshot, std::int64_t room,
                                       domain::ResealItems& items) {
  constexpr std::int64_t kAccountsAtOnce = 1000;
  base::AccountId last;
  for (;;) {
    TRY_ASSIGN(const auto page, snapshot.list_account_keys(last, kAccountsAtOnce));
    for (const store::WrappedKey& wrapped : page) {
      last = wrapped.account;
      if (vault::sealing_key_of(wrapped.key.bytes) == items.key) continue;
      if (static_cast<std::int64_t>(items.account_keys.size()) >= room) return {};
      TRY_ASSIGN(auto again, services.vault.rewrap_account_key(wrapped.account, wrapped.key));
      if (again) items.account_keys.push_back({wrapped.account, wrapped.key, *std::move(again)});
    }
    if (static_cast<std::int64_t>(page.size()) < kAccountsAtOnce) return {};
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

base::Result<Rotation> rotate_master_key(Services& services, const Context& context, std::int64_t batch) {
  TRY_ASSIGN(const std::vector<std::string> in_file, hold_what_the_file_has(services));
  TRY(register_master_keys(services, context));
  TRY_ASSIGN(const auto keys, list_master_keys(services));
  const auto current = std::ranges::find(keys, MasterKeyState::kCurrent, [](const auto& key) { return key.key.state; });
  if (current == keys.end()) return Error{ErrorCode::kInternal, "", "the store has no current master key"};
  Rotation rotation{current->key.id};
  TRY_ASSIGN(const auto before, services.store.ask(&store::Snapshot::count_sealed));
  // An unfinished rotation is finished first, so that no key stays behind unseen.
  if (count_left(services, before, rotation.key) == 0 || !current->is_held) {
    // A key whose line was taken out again since it was read would be gone at the next start, with everything that is
    // under it.
    const auto is_new = [&](const ListedMasterKey& key) {
      const bool lasts = std::ranges::find(in_file, key.key.id) != in_file.end();
      return key.key.state == MasterKeyState::kAdded && key.is_held && lasts;
    };
    const auto newest = std::find_if(keys.rbegin(), keys.rend(), is_new);
    if (newest == keys.rend()) {
      return Error{ErrorCode::kInvalidInput,
                   "there is no new master key: make one with livecert master-key add, and restart the service if it "
                   "reads its key as a credential"};
    }
    rotation.key = newest->key.id;
    TRY(submit(services, context, store::UseMasterKey{rotation.key}));
  }
  if (!services.vault.use_key(rotation.key)) {
    return Error{ErrorCode::kInternal, "", "the master key " + rotation.key + " is not held"};
  }
  store::ResealItems items{rotation.key};
  {
    TRY_ASSIGN(const auto snapshot, services.store.read());
    TRY(gather_own(services, *snapshot, items));
    TRY(gather_account_keys(services, *snapshot, batch, items));
  }
  if (!items.account_keys.empty() || !items.settings.empty() || !items.channels.empty()) {
    TRY(submit(services, context, std::move(items)));
  }
  TRY_ASSIGN(const auto after, services.store.ask(&store::Snapshot::count_sealed));
  rotation.left = count_left(services, after, rotation.key);
  rotation.total = count_all(after);
  return rotation;
}

base::Result<void> retire_master_key(Services& services, const Context& context, const std::string& id) {
  TRY(submit(services, context, store::RetireMasterKey{id, services.vault.is_first_key(id)}));
  services.vault.forget_key(id);
  return {};
}

}  // namespace livecert::service
