#include "crypto/aead.h"

#include <limits>
#include <memory>

#include <openssl/evp.h>

#include "base/check.h"

namespace livecert::crypto {
namespace {

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;  // the key schedule is wiped with it

const EVP_CIPHER* aes_256_gcm() {
  static const EVP_CIPHER* const algorithm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  LIVECERT_CHECK(algorithm != nullptr);
  return algorithm;
}

base::Error cipher_failure(const char* detail) {
  return {base::ErrorCode::kInternal, "the sealed data cannot be processed", detail};
}

enum class Direction : int { kOpen = 0, kSeal = 1 };

// A context that has taken in key, nonce and additional data.
CipherContext begin(Direction direction, base::ByteView key, base::ByteView nonce, base::ByteView additional_data) {
  LIVECERT_CHECK(key.size() == kAeadKeySize && nonce.size() == kAeadNonceSize);
  constexpr std::size_t kLongest = std::numeric_limits<int>::max();
  LIVECERT_CHECK(additional_data.size() <= kLongest);
  CipherContext context(EVP_CIPHER_CTX_new());
  LIVECERT_CHECK(context != nullptr);
  LIVECERT_CHECK(EVP_CipherInit_ex2(context.get(), aes_256_gcm(), key.data(), nonce.data(), static_cast<int>(direction),
                                    nullptr) == 1);
  int length = 0;
  if (!additional_data.empty()) {
    LIVECERT_CHECK(EVP_CipherUpdate(context.get(), nullptr, &length, additional_data.data(),
                                    static_cast<int>(additional_data.size())) == 1);
  }
  return context;
}

// Encrypts or decrypts `input` to `output`, which has room for as many bytes.
bool transform(EVP_CIPHER_CTX* context, base::ByteView input, std::uint8_t* output) {
  if (input.empty()) return true;
  if (input.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return false;
  int length = 0;
  return EVP_CipherUpdate(context, output, &length, input.data(), static_cast<int>(input.size())) == 1 &&
         static_cast<std::size_t>(length) == input.size();
}

}  // namespace

base::Result<base::Bytes> seal(base::ByteView key, base::ByteView nonce, base::ByteView additional_data,
                               base::ByteView plaintext) {
  const CipherContext context = begin(Direction::kSeal, key, nonce, additional_data);
  base::Bytes sealed(plaintext.size() + kAeadTagSize);
  std::uint8_t* const tag = sealed.data() + plaintext.size();
  int length = 0;
  if (!transform(context.get(), plaintext, sealed.data()) || EVP_CipherFinal_ex(context.get(), tag, &length) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kAeadTagSize, tag) != 1) {
    return cipher_failure("AES-256-GCM sealing failed");
  }
  return sealed;
}

base::Result<base::SecretBytes> open(base::ByteView key, base::ByteView nonce, base::ByteView additional_data,
                                     base::ByteView sealed) {
  if (sealed.size() < kAeadTagSize) return cipher_failure("sealed data is shorter than its tag");
  const base::ByteView ciphertext = sealed.first(sealed.size() - kAeadTagSize);
  // OpenSSL takes the expected tag through a pointer to non-const.
  base::Bytes tag = base::to_bytes(sealed.last(kAeadTagSize));
  const CipherContext context = begin(Direction::kOpen, key, nonce, additional_data);
  base::WipedBuffer plaintext(ciphertext.size());
  std::uint8_t nothing = 0;
  int length = 0;
  if (!transform(context.get(), ciphertext, plaintext.data()) ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kAeadTagSize, tag.data()) != 1 ||
      EVP_CipherFinal_ex(context.get(), &nothing, &length) != 1) {
    return cipher_failure("AES-256-GCM tag does not match");
  }
  return base::SecretBytes(std::move(plaintext));
}

}  // namespace livecert::crypto
