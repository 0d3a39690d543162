#include "crypto/ed25519.h"

#include <memory>

#include <openssl/evp.h>

#include "base/check.h"

namespace livecert::crypto {
namespace {

struct FreeEdwardsKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using EdwardsKey = std::unique_ptr<EVP_PKEY, FreeEdwardsKey>;

struct FreeSigning {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Signing = std::unique_ptr<EVP_MD_CTX, FreeSigning>;

EdwardsKey read_private(const base::SecretBytes& key) {
  const base::ByteView bytes = key.reveal(base::SecretAccess());
  if (bytes.size() != kEd25519KeySize) return nullptr;
  return EdwardsKey(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()));
}

}  // namespace

base::SecretBytes make_ed25519_key(Random& random) {
  base::WipedBuffer bytes(kEd25519KeySize);
  random.fill(bytes);
  return base::SecretBytes(std::move(bytes));
}

std::optional<Ed25519PublicKey> ed25519_public_key(const base::SecretBytes& key) {
  const EdwardsKey read = read_private(key);
  if (read == nullptr) return std::nullopt;
  Ed25519PublicKey bytes{};
  std::size_t size = bytes.size();
  LIVECERT_CHECK(EVP_PKEY_get_raw_public_key(read.get(), bytes.data(), &size) == 1 && size == bytes.size());
  return bytes;
}

std::optional<Ed25519Signature> sign_ed25519(const base::SecretBytes& key, base::ByteView message) {
  const EdwardsKey read = read_private(key);
  if (read == nullptr) return std::nullopt;
  const Signing context(EVP_MD_CTX_new());
  LIVECERT_CHECK(context != nullptr);
  Ed25519Signature signature{};
  std::size_t size = signature.size();
  LIVECERT_CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, read.get()) == 1);
  LIVECERT_CHECK(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1);
  return signature;
}

bool verify_ed25519(const Ed25519PublicKey& key, base::ByteView message, const Ed25519Signature& signature) {
  const EdwardsKey read(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const Signing context(EVP_MD_CTX_new());
  if (read == nullptr || context == nullptr) return false;
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, read.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

}  // namespace livecert::crypto
