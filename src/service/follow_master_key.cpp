#include "service/follow_master_key.h"

#include <algorithm>
#include <utility>

namespace livecert::service {

// What stays in the file after its retirement is not held again.
base::Result<std::vector<std::string>> hold_master_keys_of_file(Services& services) {
  std::vector<std::string> ids;
  if (!services.read_master_keys) return ids;
  TRY_ASSIGN(vault::MasterKeys keys, services.read_master_keys());
  for (const base::SecretBytes& key : keys) ids.push_back(vault::master_key_id(key));
  TRY_ASSIGN(const auto known, services.store.ask(&store::Snapshot::list_master_keys));
  std::erase_if(keys, [&](const base::SecretBytes& key) {
    const auto found = std::ranges::find(known, vault::master_key_id(key), &domain::MasterKey::id);
    return found != known.end() && found->state == domain::MasterKeyState::kRetired;
  });
  services.vault.hold(std::move(keys));
  return ids;
}

base::Result<void> follow_master_key(Services& services) {
  TRY_ASSIGN(const auto known, services.store.ask(&store::Snapshot::list_master_keys));
  const auto current = std::ranges::find(known, domain::MasterKeyState::kCurrent, &domain::MasterKey::state);
  if (current == known.end() || services.vault.use_key(current->id)) return {};
  // A process without that key goes on under its own: what it seals is sealed again later, and a start names the key.
  if (hold_master_keys_of_file(services)) static_cast<void>(services.vault.use_key(current->id));
  return {};
}

}  // namespace livecert::service
