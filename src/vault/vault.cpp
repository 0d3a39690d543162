#include "vault/vault.h"

#include <algorithm>
#include <utility>

#include "base/locked_memory.h"
#include "vault/envelope.h"

namespace livecert::vault {
namespace {

constexpr std::string_view kHeaderMagic = "livecert vault 1\n";
constexpr std::string_view kHeaderCheck = "master key check";

constexpr std::uint8_t kNamesItsKey = 2;

Place account_place(base::AccountId account) {
  return {.purpose = Purpose::kAccountKey, .account = account};
}

Place own_place(std::string_view name) {
  return {.purpose = Purpose::kService, .name = name};
}

// Names the item that did not open, but neither its content nor the reason.
base::Error does_not_open(const Place& place) {
  return {base::ErrorCode::kInternal, "",
          "a sealed item does not open: purpose " + std::to_string(static_cast<int>(place.purpose)) + ", account " +
              place.account.to_string() + ", chain " + place.chain.to_string() + ", version " +
              place.version.to_string() + ", name '" + std::string(place.name) + "'"};
}

base::Result<base::SecretBytes> open_or_explain(const base::SecretBytes& key, const Place& place,
                                                base::ByteView sealed) {
  auto secret = open_envelope(key, place, sealed);
  if (!secret) return does_not_open(place);
  return secret;
}

// Whether the header was made under this key.
bool fits(const base::SecretBytes& key, base::ByteView header) {
  return base::as_text(header).starts_with(kHeaderMagic) &&
         open_envelope(key, own_place(kHeaderCheck), header.subspan(kHeaderMagic.size())).has_value();
}

base::Error other_key(const std::string& needed) {
  return {base::ErrorCode::kConfiguration, "the master key is not the one this store was made with" +
                                               (needed.empty() ? "" : "; it needs the key " + needed) +
                                               "; nothing was touched"};
}

}  // namespace

base::Result<base::Bytes> LocalVault::make_header(const base::SecretBytes& master_key, crypto::Random& random) {
  const base::SecretBytes check = base::SecretBytes::copy_of(kHeaderCheck);
  TRY_ASSIGN(const base::SealedBytes sealed, seal_envelope(master_key, own_place(kHeaderCheck), check, random));
  base::Bytes header = base::to_bytes(base::as_bytes(kHeaderMagic));
  header.insert(header.end(), sealed.bytes.begin(), sealed.bytes.end());
  return header;
}

base::Result<std::unique_ptr<LocalVault>> LocalVault::open(base::SecretBytes master_key, base::ByteView header,
                                                           crypto::Random& random) {
  Ring ring{{}, base::to_bytes(header), {}};
  ring.keys.push_back(std::move(master_key));
  return open(std::move(ring), random);
}

base::Result<std::unique_ptr<LocalVault>> LocalVault::open(Ring ring, crypto::Random& random) {
  if (!base::as_text(ring.header).starts_with(kHeaderMagic)) {
    return base::Error{base::ErrorCode::kConfiguration,
                       "the store's key header is damaged or was written by a newer release of livecert"};
  }
  std::unique_ptr<LocalVault> vault(new LocalVault(random));
  for (base::SecretBytes& key : ring.keys) {
    if (key.size() != kKeySize) {
      return base::Error{base::ErrorCode::kConfiguration, "the master key must hold 32 bytes"};
    }
    const std::string id = master_key_id(key);
    const auto known = std::ranges::find(ring.known, id, &KnownKey::id);
    const bool is_known = known != ring.known.end();
    if (is_known && (known->is_retired || !fits(key, known->header))) continue;
    if (vault->first_.empty() && fits(key, ring.header)) vault->first_ = id;
    vault->keys_.push_back(in_locked_memory(id, key));
    if (is_known ? known->is_current : ring.known.empty() && id == vault->first_) {
      vault->current_ = vault->keys_.back();
    }
  }
  if (ring.known.empty() && vault->first_.empty()) return other_key("");
  std::string missing;
  std::size_t present = 0;
  for (const KnownKey& key : ring.known) {
    if (!key.is_needed && !key.is_current) continue;
    if (std::ranges::any_of(vault->keys_, [&](const KeyPtr& held) { return held->id == key.id; })) {
      ++present;
    } else {
      missing += (missing.empty() ? "" : ", ") + key.id;
    }
  }
  if (missing.empty()) return vault;
  if (present == 0) return other_key(missing);
  return base::Error{base::ErrorCode::kConfiguration, "the master key " + missing +
                                                          " is missing, and keys of accounts are wrapped by it: put "
                                                          "its line back; nothing was touched"};
}

// A master key stays as long as the process: in no dump, and not where another process reads.
LocalVault::KeyPtr LocalVault::in_locked_memory(const std::string& id, const base::SecretBytes& key) {
  const base::LockedAllocations locked;
  return std::make_shared<const Key>(Key{id, key.clone(base::SecretAccess())});
}

LocalVault::KeyPtr LocalVault::current() {
  const std::lock_guard lock(mutex_);
  return current_;
}

LocalVault::KeyPtr LocalVault::find(const base::SealedBytes& sealed) {
  const auto named = sealing_key_of(sealed.bytes);
  const std::lock_guard lock(mutex_);
  const std::string& id = named ? *named : first_;
  const auto found = std::ranges::find_if(keys_, [&](const KeyPtr& key) { return key->id == id; });
  return found == keys_.end() ? nullptr : *found;
}

base::Result<base::SealedBytes> LocalVault::seal_under(const Key& key, const Place& place,
                                                       const base::SecretBytes& secret) {
  TRY_ASSIGN(const base::SealedBytes envelope, seal_envelope(key.bytes, place, secret, random_));
  base::SealedBytes sealed;
  sealed.bytes.reserve(1 + kMasterKeyIdSize + envelope.bytes.size());
  sealed.bytes.push_back(kNamesItsKey);
  const base::Bytes id = *base::parse_hex(key.id);
  sealed.bytes.insert(sealed.bytes.end(), id.begin(), id.end());
  sealed.bytes.insert(sealed.bytes.end(), envelope.bytes.begin(), envelope.bytes.end());
  return sealed;
}

base::Result<base::SecretBytes> LocalVault::open_under_master(const Place& place, const base::SealedBytes& sealed) {
  const KeyPtr key = find(sealed);
  if (key == nullptr) {
    base::Error error = does_not_open(place);
    error.detail += "; the master key " + sealing_key_of(sealed.bytes).value_or("of the store's beginning") +
                    " is not among those of this process";
    return error;
  }
  const base::ByteView bytes = sealed.bytes;
  return open_or_explain(key->bytes, place, sealing_key_of(bytes) ? bytes.subspan(1 + kMasterKeyIdSize) : bytes);
}

base::Result<std::optional<base::SealedBytes>> LocalVault::seal_again(const Place& place,
                                                                      const base::SealedBytes& sealed) {
  const KeyPtr key = current();
  if (sealing_key_of(sealed.bytes) == key->id) return std::optional<base::SealedBytes>();
  TRY_ASSIGN(const base::SecretBytes secret, open_under_master(place, sealed));
  TRY_ASSIGN(base::SealedBytes again, seal_under(*key, place, secret));
  return std::optional(std::move(again));
}

base::Result<base::SealedBytes> LocalVault::make_account_key(base::AccountId account) {
  base::WipedBuffer key(kKeySize);
  random_.fill(key);
  return seal_under(*current(), account_place(account), base::SecretBytes(std::move(key)));
}

base::Result<base::SealedBytes> LocalVault::seal(const base::SealedBytes& account_key, const Place& place,
                                                 const base::SecretBytes& secret) {
  TRY_ASSIGN(const base::SecretBytes key, open_under_master(account_place(place.account), account_key));
  return seal_envelope(key, place, secret, random_);
}

base::Result<base::SecretBytes> LocalVault::open(const base::SealedBytes& account_key, const Place& place,
                                                 const base::SealedBytes& sealed) {
  TRY_ASSIGN(const base::SecretBytes key, open_under_master(account_place(place.account), account_key));
  return open_or_explain(key, place, sealed.bytes);
}

base::Result<base::SealedBytes> LocalVault::seal_own(std::string_view name, const base::SecretBytes& secret) {
  return seal_under(*current(), own_place(name), secret);
}

base::Result<base::SecretBytes> LocalVault::open_own(std::string_view name, const base::SealedBytes& sealed) {
  return open_under_master(own_place(name), sealed);
}

base::Result<std::optional<base::SealedBytes>> LocalVault::rewrap_account_key(base::AccountId account,
                                                                              const base::SealedBytes& account_key) {
  return seal_again(account_place(account), account_key);
}

base::Result<std::optional<base::SealedBytes>> LocalVault::reseal_own(std::string_view name,
                                                                      const base::SealedBytes& sealed) {
  return seal_again(own_place(name), sealed);
}

base::Result<std::vector<HeldKey>> LocalVault::held_keys() {
  std::vector<KeyPtr> keys;
  {
    const std::lock_guard lock(mutex_);
    keys = keys_;
    std::ranges::stable_partition(keys, [&](const KeyPtr& key) { return key->id == first_; });
  }
  std::vector<HeldKey> held;
  for (const KeyPtr& key : keys) {
    TRY_ASSIGN(base::Bytes header, make_header(key->bytes, random_));
    held.push_back({key->id, std::move(header)});
  }
  return held;
}

bool LocalVault::is_first_key(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return id == first_;
}

void LocalVault::hold(MasterKeys keys) {
  const std::lock_guard lock(mutex_);
  for (base::SecretBytes& key : keys) {
    const std::string id = master_key_id(key);
    if (std::ranges::any_of(keys_, [&](const KeyPtr& held) { return held->id == id; })) continue;
    keys_.push_back(in_locked_memory(id, key));
  }
}

bool LocalVault::use_key(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(keys_, [&](const KeyPtr& key) { return key->id == id; });
  if (found == keys_.end()) return false;
  current_ = *found;
  return true;
}

void LocalVault::forget_key(const std::string& id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(keys_, [&](const KeyPtr& key) { return key->id == id; });
}

std::optional<std::string> sealing_key_of(base::ByteView sealed) {
  if (sealed.size() < 1 + kMasterKeyIdSize || sealed.front() != kNamesItsKey) return std::nullopt;
  return base::to_hex(sealed.subspan(1, kMasterKeyIdSize));
}

}  // namespace livecert::vault
