#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"

// Key custody. Each secret is sealed under its own key, which is derived from its account's key; account keys are
// wrapped under the master key. So a new master key only re-wraps the accounts' keys and changes no secret
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
};

// Envelope encryption with a master key that this process holds.
class LocalVault final : public Vault {
 public:
  // For a new store: makes the header to keep with it, so that a later start can check that it has the right master
  // key.
  [[nodiscard]] static base::Result<base::Bytes> make_header(const base::SecretBytes& master_key,
                                                             crypto::Random& random);

  // kConfiguration when the header was made under another master key, or by a newer release. `random` must outlive the
  // vault. The master key is 32 bytes.
  [[nodiscard]] static base::Result<std::unique_ptr<LocalVault>> open(base::SecretBytes master_key,
                                                                      base::ByteView header, crypto::Random& random);

  [[nodiscard]] base::Result<base::SealedBytes> make_account_key(base::AccountId account) override;
  [[nodiscard]] base::Result<base::SealedBytes> seal(const base::SealedBytes& account_key, const Place& place,
                                                     const base::SecretBytes& secret) override;
  [[nodiscard]] base::Result<base::SecretBytes> open(const base::SealedBytes& account_key, const Place& place,
                                                     const base::SealedBytes& sealed) override;
  [[nodiscard]] base::Result<base::SealedBytes> seal_own(std::string_view name,
                                                         const base::SecretBytes& secret) override;
  [[nodiscard]] base::Result<base::SecretBytes> open_own(std::string_view name,
                                                         const base::SealedBytes& sealed) override;

 private:
  LocalVault(base::SecretBytes master_key, crypto::Random& random);
  [[nodiscard]] base::Result<base::SecretBytes> unwrap(base::AccountId account, const base::SealedBytes& account_key);

  base::SecretBytes master_key_;
  crypto::Random& random_;
};

}  // namespace livecert::vault
