#include "crypto/legacy.h"

#include <limits>
#include <memory>

#include <openssl/evp.h>

#include "base/check.h"

namespace livecert::crypto::legacy {
namespace {

constexpr std::size_t kBlock = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

enum class Direction : int { kDecrypt = 0, kEncrypt = 1 };

// `output` has room for as many bytes as `input` has.
bool run_cbc(Direction direction, base::ByteView key, base::ByteView iv, base::ByteView input, std::uint8_t* output) {
  LIVECERT_CHECK(key.size() == kBlock && iv.size() == kBlock);
  if (input.size() % kBlock != 0 || input.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return false;
  }
  if (input.empty()) return true;
  static const EVP_CIPHER* const algorithm = EVP_CIPHER_fetch(nullptr, "AES-128-CBC", nullptr);
  const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context(EVP_CIPHER_CTX_new());
  LIVECERT_CHECK(algorithm != nullptr && context != nullptr);
  LIVECERT_CHECK(
      EVP_CipherInit_ex2(context.get(), algorithm, key.data(), iv.data(), static_cast<int>(direction), nullptr) == 1);
  LIVECERT_CHECK(EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1);
  int length = 0;
  LIVECERT_CHECK(EVP_CipherUpdate(context.get(), output, &length, input.data(), static_cast<int>(input.size())) == 1);
  return static_cast<std::size_t>(length) == input.size();
}

}  // namespace

Md5Digest insecure_md5(base::ByteView data) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "MD5", nullptr);
  LIVECERT_CHECK(algorithm != nullptr);
  Md5Digest digest;
  LIVECERT_CHECK(EVP_Digest(data.data(), data.size(), digest.data(), nullptr, algorithm, nullptr) == 1);
  return digest;
}

std::optional<base::Bytes> insecure_aes_128_cbc_encrypt(base::ByteView key, base::ByteView iv,
                                                        base::ByteView plaintext) {
  base::Bytes ciphertext(plaintext.size());
  if (!run_cbc(Direction::kEncrypt, key, iv, plaintext, ciphertext.data())) return std::nullopt;
  return ciphertext;
}

std::optional<base::WipedBuffer> insecure_aes_128_cbc_decrypt(base::ByteView key, base::ByteView iv,
                                                              base::ByteView ciphertext) {
  base::WipedBuffer plaintext(ciphertext.size());
  if (!run_cbc(Direction::kDecrypt, key, iv, ciphertext, plaintext.data())) return std::nullopt;
  return plaintext;
}

}  // namespace livecert::crypto::legacy
