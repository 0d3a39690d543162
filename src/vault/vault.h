#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "vault/master_key.h"

// Key custody. Each secret is sealed under its own key, which is derived from its account's key; account keys are
// wrapped under a master key and say which. So a new master key only re-wraps the accounts' keys and changes no secret
// (docs/formats/sealed.md).
namespace livecert::vault {

enum class Purpose : std::uint8_t {
  kAccountKey = 1,
  kPrivateKey = 2,
  kAccessSecret = 3,
  kService = 4,
};

// The place of a sealed item. All of it is authenticated: a sealed key that was moved to another row does not open.
struct Place {
  Purpose purpose = Purpose::kService;
  base::AccountId account = {};
  base::ChainId chain = {};    // of private keys
  base::CertId version = {};   // of private keys
  base::ByteView digest = {};  // of private keys: the leaf key's
  std::string_view name = {};  // of access secrets: the key's id; of the service's own items: their name
};

// The id of the master key that an item is sealed under; nullopt for items of earlier releases, which name none: they
// are under the store's first key. For bytes that a Vault made under a master key.
[[nodiscard]] std::optional<std::string> sealing_key_of(base::ByteView sealed);

// A key of this process, and the header to keep with the store, so that a later start can check the key.
struct HeldKey {
  std::string id;
  base::Bytes header;
};

// Callable from every thread. Errors: kInternal when an item does not open, with a detail that names its place.
class Vault {
 public:
  Vault() = default;
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;
  virtual ~Vault() = default;

  // Makes a new random account key, and returns it wrapped.
  [[nodiscard]] virtual base::Result<base::SealedBytes> make_account_key(base::AccountId account) = 0;

  // Seals and opens under the account's key; the place names the account.
  [[nodiscard]] virtual base::Result<base::SealedBytes> seal(const base::SealedBytes& account_key, const Place& place,
                                                             const base::SecretBytes& secret) = 0;
  [[nodiscard]] virtual base::Result<base::SecretBytes> open(const base::SealedBytes& account_key, const Place& place,
                                                             const base::SealedBytes& sealed) = 0;

  // The same for secrets of the service itself, directly under the master key.
  [[nodiscard]] virtual base::Result<base::SealedBytes> seal_own(std::string_view name,
                                                                 const base::SecretBytes& secret) = 0;
  [[nodiscard]] virtual base::Result<base::SecretBytes> open_own(std::string_view name,
                                                                 const base::SealedBytes& sealed) = 0;

  // Wraps an account's key again, or seals an item of the service again, under the current master key. nullopt: it is
  // under that one already.
  [[nodiscard]] virtual base::Result<std::optional<base::SealedBytes>> rewrap_account_key(
      base::AccountId account, const base::SealedBytes& account_key) = 0;
  [[nodiscard]] virtual base::Result<std::optional<base::SealedBytes>> reseal_own(std::string_view name,
                                                                                  const base::SealedBytes& sealed) = 0;

  // The master keys that this process holds, the first one of the store first.
  [[nodiscard]] virtual base::Result<std::vector<HeldKey>> held_keys() = 0;
  // Whether items without the id of a key are under this one.
  [[nodiscard]] virtual bool is_first_key(const std::string& id) = 0;
  // Holds these keys too. Keys that it holds already stay.
  virtual void hold(MasterKeys keys) = 0;
  // Wraps and seals under this key from now on. False: it does not hold that key.
  [[nodiscard]] virtual bool use_key(const std::string& id) = 0;
  // Nothing opens under this key any more.
  virtual void forget_key(const std::string& id) = 0;
};

// What a store knows of its master keys.
struct KnownKey {
  std::string id;
  base::Bytes header;
  bool is_current = false;
  bool is_needed = false;   // items may be under it
  bool is_retired = false;  // it opens nothing any more
};

// Envelope encryption with master keys that this process holds.
class LocalVault final : public Vault {
 public:
  struct Ring {
    MasterKeys keys;
    base::Bytes header;           // the store's first one
    std::vector<KnownKey> known;  // empty: the store has not written down its keys yet, and has only the first one
  };

  // For a new store: makes the header to keep with it, so that a later start can check that it has the right master
  // key.
  [[nodiscard]] static base::Result<base::Bytes> make_header(const base::SecretBytes& master_key,
                                                             crypto::Random& random);

  // kConfiguration when the header was made under another master key, or by a newer release. `random` must outlive the
  // vault. The master key is 32 bytes.
  [[nodiscard]] static base::Result<std::unique_ptr<LocalVault>> open(base::SecretBytes master_key,
                                                                      base::ByteView header, crypto::Random& random);

  // kConfiguration as above, and naming by its id the key that is needed and missing.
  [[nodiscard]] static base::Result<std::unique_ptr<LocalVault>> open(Ring ring, crypto::Random& random);

  [[nodiscard]] base::Result<base::SealedBytes> make_account_key(base::AccountId account) override;
  [[nodiscard]] base::Result<base::SealedBytes> seal(const base::SealedBytes& account_key, const Place& place,
                                                     const base::SecretBytes& secret) override;
  [[nodiscard]] base::Result<base::SecretBytes> open(const base::SealedBytes& account_key, const Place& place,
                                                     const base::SealedBytes& sealed) override;
  [[nodiscard]] base::Result<base::SealedBytes> seal_own(std::string_view name,
                                                         const base::SecretBytes& secret) override;
  [[nodiscard]] base::Result<base::SecretBytes> open_own(std::string_view name,
                                                         const base::SealedBytes& sealed) override;

  [[nodiscard]] base::Result<std::optional<base::SealedBytes>> rewrap_account_key(
      base::AccountId account, const base::SealedBytes& account_key) override;
  [[nodiscard]] base::Result<std::optional<base::SealedBytes>> reseal_own(std::string_view name,
                                                                          const base::SealedBytes& sealed) override;
  [[nodiscard]] base::Result<std::vector<HeldKey>> held_keys() override;
  [[nodiscard]] bool is_first_key(const std::string& id) override;
  void hold(MasterKeys keys) override;
  [[nodiscard]] bool use_key(const std::string& id) override;
  void forget_key(const std::string& id) override;

 private:
  struct Key {
    std::string id;
    base::SecretBytes bytes;
  };
  using KeyPtr = std::shared_ptr<const Key>;

  explicit LocalVault(crypto::Random& random) : random_(random) {}
  [[nodiscard]] static KeyPtr in_locked_memory(const std::string& id, const base::SecretBytes& key);
  [[nodiscard]] KeyPtr current();
  // The key that a sealed item names; null when this process does not hold it.
  [[nodiscard]] KeyPtr find(const base::SealedBytes& sealed);
  [[nodiscard]] base::Result<base::SealedBytes> seal_under(const Key& key, const Place& place,
                                                           const base::SecretBytes& secret);
  [[nodiscard]] base::Result<base::SecretBytes> open_under_master(const Place& place, const base::SealedBytes& sealed);
  [[nodiscard]] base::Result<std::optional<base::SealedBytes>> seal_again(const Place& place,
                                                                          const base::SealedBytes& sealed);

  crypto::Random& random_;
  std::mutex mutex_;
  std::vector<KeyPtr> keys_;  // in the order of the file
  std::string first_;
  KeyPtr current_;
};

}  // namespace livecert::vault
