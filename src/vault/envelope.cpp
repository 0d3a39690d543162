#include "vault/envelope.h"

#include <algorithm>
#include <array>

#include "crypto/aead.h"
#include "crypto/hkdf.h"

namespace livecert::vault {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kSaltSize = 32;
constexpr std::size_t kHeaderSize = 1 + kSaltSize;

using Salt = std::array<std::uint8_t, kSaltSize>;

void append_number(base::Bytes& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(number >> shift));
}

void append_field(base::Bytes& out, base::ByteView field) {
  append_number(out, field.size());
  out.insert(out.end(), field.begin(), field.end());
}

// Each field has its length in front, so that no two places have the same bytes.
base::Bytes additional_data(const Place& place) {
  base::Bytes out;
  out.reserve(160);
  append_field(out, base::as_bytes("livecert sealed"));
  out.push_back(kFormat);
  out.push_back(static_cast<std::uint8_t>(place.purpose));
  append_number(out, static_cast<std::uint64_t>(place.account.number()));
  append_field(out, place.chain.bytes());
  append_number(out, static_cast<std::uint64_t>(place.version.number()));
  append_field(out, place.digest);
  append_field(out, base::as_bytes(place.name));
  return out;
}

// The key and nonce for one item. Each item has a fresh salt, so no pair seals two items.
struct Derived {
  base::SecretBytes bytes;
  [[nodiscard]] base::ByteView key() const { return bytes.reveal(base::SecretAccess()).first(kKeySize); }
  [[nodiscard]] base::ByteView nonce() const { return bytes.reveal(base::SecretAccess()).subspan(kKeySize); }
};

Derived derive(const base::SecretBytes& key, base::ByteView salt) {
  return {crypto::hkdf_sha256(key.reveal(base::SecretAccess()), salt, base::as_bytes("livecert seal key and nonce"),
                              kKeySize + crypto::kAeadNonceSize)};
}

}  // namespace

base::Result<base::SealedBytes> seal_envelope(const base::SecretBytes& key, const Place& place,
                                              const base::SecretBytes& secret, crypto::Random& random) {
  Salt salt{};
  random.fill(salt);
  const Derived derived = derive(key, salt);
  TRY_ASSIGN(const base::Bytes ciphertext,
             crypto::seal(derived.key(), derived.nonce(), additional_data(place), secret.reveal(base::SecretAccess())));
  base::SealedBytes sealed;
  sealed.bytes.reserve(kHeaderSize + ciphertext.size());
  sealed.bytes.push_back(kFormat);
  sealed.bytes.insert(sealed.bytes.end(), salt.begin(), salt.end());
  sealed.bytes.insert(sealed.bytes.end(), ciphertext.begin(), ciphertext.end());
  return sealed;
}

base::Result<base::SecretBytes> open_envelope(const base::SecretBytes& key, const Place& place, base::ByteView sealed) {
  if (sealed.size() < kHeaderSize + crypto::kAeadTagSize || sealed.front() != kFormat) {
    return base::Error{base::ErrorCode::kInternal, "", "a sealed item has an unknown format"};
  }
  const Derived derived = derive(key, sealed.subspan(1, kSaltSize));
  return crypto::open(derived.key(), derived.nonce(), additional_data(place), sealed.subspan(kHeaderSize));
}

}  // namespace livecert::vault
