#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/secret.h"
#include "base/time.h"
#include "domain/decision.h"

// The ring of master keys as the store knows it: ids and states, never a key. The rules decide what may be done with
// one.
namespace livecert::domain {

enum class MasterKeyState : std::uint8_t {
  kAdded,    // the service holds it, and nothing was sealed under it
  kCurrent,  // what is new is sealed under it
  kFormer,   // it was current
  kRetired,  // it opens nothing any more, and is never used again
};

[[nodiscard]] std::string_view to_text(MasterKeyState state);
[[nodiscard]] std::optional<MasterKeyState> parse_master_key_state(std::string_view text);

struct MasterKey {
  std::string id;      // 16 hexadecimal digits
  base::Bytes header;  // shows whether a key is this one (docs/formats/sealed.md)
  MasterKeyState state = MasterKeyState::kAdded;
  base::Time added_at;
};

// Writes down keys that the service holds; keys that are known stay as they are. The first key of a store without known
// keys becomes the current one.
struct AddMasterKeys {
  std::vector<MasterKey> keys;
};

// Makes a key the current one.
struct UseMasterKey {
  std::string id;
};
// `present`: its state; nullopt if it is not known. Refuses with kAbsent, also a retired key.
[[nodiscard]] Decision<Effect> decide(const UseMasterKey& command, const std::optional<MasterKeyState>& present);

// Replaces sealed bytes by others with the same content. What was changed meanwhile stays as it is.
struct ResealItems {
  struct AccountKey {
    base::AccountId account;
    base::SealedBytes from;
    base::SealedBytes to;
  };
  struct Named {
    std::string name;
    base::SealedBytes from;
    base::SealedBytes to;
  };
  std::string key;  // that seals them now
  std::vector<AccountKey> account_keys = {};
  std::vector<Named> settings = {};
  std::vector<Named> channels = {};
};

struct RetireMasterKey {
  std::string id;
  bool is_first = false;  // items that name no key are under it
};
struct RetireMasterKeyState {
  std::optional<MasterKeyState> state = {};
  std::int64_t items = 0;  // under it
};
// Refuses with kAbsent, and with kInUse the current key and one that seals anything.
[[nodiscard]] Decision<Effect> decide(const RetireMasterKey& command, const RetireMasterKeyState& state);

}  // namespace livecert::domain
