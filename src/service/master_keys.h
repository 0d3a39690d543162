#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

// The ring of master keys (docs/administration.md). A rotation is a state of the store and not of a process: each call
// seals some of the items again, so a kill at any point loses nothing, and the next call continues.
namespace livecert::service {

// Writes the keys that this process holds down in the store. Errors: those of submit().
[[nodiscard]] base::Result<void> register_master_keys(Services& services, const Context& context);

struct ListedMasterKey {
  domain::MasterKey key;
  std::int64_t items = 0;  // accounts' keys and items of the service that are sealed under it
  bool is_held = false;    // by this process
};
// The oldest first.
[[nodiscard]] base::Result<std::vector<ListedMasterKey>> list_master_keys(Services& services);

struct Rotation {
  std::string key;         // the current one now
  std::int64_t left = 0;   // items that are not sealed under it yet
  std::int64_t total = 0;  // all items
};
// Makes the newest key that was never used the current one, and seals at most `batch` items under it. Without such a
// key, continues with the current one. Reads the file of the keys again first. Errors: kInvalidInput when there is
// neither a new key nor an item to seal; those of submit().
[[nodiscard]] base::Result<Rotation> rotate_master_key(Services& services, const Context& context, std::int64_t batch);

// From now on the key opens nothing, in this process and in later ones. Errors: kNotFound; kInvalidInput for the
// current key and while anything is sealed under it.
[[nodiscard]] base::Result<void> retire_master_key(Services& services, const Context& context, const std::string& id);

}  // namespace livecert::service
