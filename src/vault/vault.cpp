#include "vault/vault.h"

#include "vault/envelope.h"

namespace livecert::vault {
namespace {

constexpr std::string_view kHeaderMagic = "livecert vault 1\n";
constexpr std::string_view kHeaderCheck = "master key check";

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

}  // namespace

LocalVault::LocalVault(base::SecretBytes master_key, crypto::Random& random)
    : master_key_(std::move(master_key)), random_(random) {}

base::Result<base::Bytes> LocalVault::make_header(const base::SecretBytes& master_key, crypto::Random& random) {
  const base::SecretBytes check = base::SecretBytes::copy_of(kHeaderCheck);
  TRY_ASSIGN(const base::SealedBytes sealed, seal_envelope(master_key, own_place(kHeaderCheck), check, random));
  base::Bytes header = base::to_bytes(base::as_bytes(kHeaderMagic));
  header.insert(header.end(), sealed.bytes.begin(), sealed.bytes.end());
  return header;
}

base::Result<std::unique_ptr<LocalVault>> LocalVault::open(base::SecretBytes master_key, base::ByteView header,
                                                           crypto::Random& random) {
  if (master_key.size() != kKeySize) {
    return base::Error{base::ErrorCode::kConfiguration, "the master key must hold 32 bytes"};
  }
  if (!base::as_text(header).starts_with(kHeaderMagic)) {
    return base::Error{base::ErrorCode::kConfiguration,
                       "the store's key header is damaged or was written by a newer release of livecert"};
  }
  if (!open_envelope(master_key, own_place(kHeaderCheck), header.subspan(kHeaderMagic.size()))) {
    return base::Error{base::ErrorCode::kConfiguration,
                       "the master key is not the one this store was made with; nothing was touched"};
  }
  return std::unique_ptr<LocalVault>(new LocalVault(std::move(master_key), random));
}

base::Result<base::SealedBytes> LocalVault::make_account_key(base::AccountId account) {
  base::WipedBuffer key(kKeySize);
  random_.fill(key);
  return seal_envelope(master_key_, {.purpose = Purpose::kAccountKey, .account = account},
                       base::SecretBytes(std::move(key)), random_);
}

base::Result<base::SecretBytes> LocalVault::unwrap(base::AccountId account, const base::SealedBytes& account_key) {
  return open_or_explain(master_key_, {.purpose = Purpose::kAccountKey, .account = account}, account_key.bytes);
}

base::Result<base::SealedBytes> LocalVault::seal(const base::SealedBytes& account_key, const Place& place,
                                                 const base::SecretBytes& secret) {
  TRY_ASSIGN(const base::SecretBytes key, unwrap(place.account, account_key));
  return seal_envelope(key, place, secret, random_);
}

base::Result<base::SecretBytes> LocalVault::open(const base::SealedBytes& account_key, const Place& place,
                                                 const base::SealedBytes& sealed) {
  TRY_ASSIGN(const base::SecretBytes key, unwrap(place.account, account_key));
  return open_or_explain(key, place, sealed.bytes);
}

base::Result<base::SealedBytes> LocalVault::seal_own(std::string_view name, const base::SecretBytes& secret) {
  return seal_envelope(master_key_, own_place(name), secret, random_);
}

base::Result<base::SecretBytes> LocalVault::open_own(std::string_view name, const base::SealedBytes& sealed) {
  return open_or_explain(master_key_, own_place(name), sealed.bytes);
}

}  // namespace livecert::vault
