#include "crypto/hash.h"

#include <algorithm>

#include <openssl/evp.h>

#include "base/check.h"
#include "base/secret.h"

namespace livecert::crypto {
namespace {

constexpr std::size_t kBlockSize = 64;

// Fetched once: a fetch by name costs several times the hashing of a short message.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  LIVECERT_CHECK(algorithm != nullptr);
  return algorithm;
}

}  // namespace

Sha256Digest sha256(base::ByteView data) {
  Sha256Digest digest;
  LIVECERT_CHECK(EVP_Digest(data.data(), data.size(), digest.data(), nullptr, sha256_algorithm(), nullptr) == 1);
  return digest;
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  LIVECERT_CHECK(context_ != nullptr);
  LIVECERT_CHECK(EVP_DigestInit_ex2(context_.get(), sha256_algorithm(), nullptr) == 1);
}

Sha256& Sha256::update(base::ByteView data) {
  LIVECERT_CHECK(EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1);
  return *this;
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest;
  LIVECERT_CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
  LIVECERT_CHECK(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1);
  return digest;
}

// Built on the hash: in OpenSSL 3.0 the MAC interface fetches algorithms by name on each use.
Sha256Digest hmac_sha256(base::ByteView key, base::ByteView data) {
  std::array<std::uint8_t, kBlockSize> pad{};
  if (key.size() > kBlockSize) {
    Sha256Digest hashed = sha256(key);
    std::copy(hashed.begin(), hashed.end(), pad.begin());
    base::wipe(hashed.data(), hashed.size());
  } else {
    std::copy(key.begin(), key.end(), pad.begin());
  }
  Sha256 hash;
  for (std::uint8_t& byte : pad) byte ^= 0x36U;
  Sha256Digest inner = hash.update(pad).update(data).finish();
  for (std::uint8_t& byte : pad) byte ^= 0x36U ^ 0x5CU;
  const Sha256Digest outer = hash.update(pad).update(inner).finish();
  base::wipe(pad.data(), pad.size());
  base::wipe(inner.data(), inner.size());
  return outer;
}

}  // namespace livecert::crypto
