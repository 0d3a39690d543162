#include "x509/key_proof.h"

#include <array>

#include <openssl/err.h>
#include <openssl/rand.h>

#include "base/check.h"
#include "x509/certificate_state.h"
#include "x509/key_templates.h"
#include "x509/signing_key.h"

namespace livecert::x509 {
namespace {

// Computes base^exponent mod a prime. Both numbers belong to the key.
bool raise(BIGNUM* result, const BIGNUM* base, const BIGNUM* exponent, const BIGNUM* prime, BN_CTX* context) {
  const OwnedNumber reduced(BN_new());
  return reduced && BN_nnmod(reduced.get(), base, prime, context) == 1 &&
         BN_mod_exp_mont_consttime(result, reduced.get(), exponent, prime, context, nullptr) == 1;
}

// RSASP1 with the numbers for the Chinese remainder theorem, and RSAVP1 (RFC 8017 §5.2), without padding. OpenSSL would
// compute a wrong signature again without these numbers, which takes five times as long.
bool rsa_signs(const RsaPrivateKeyAsn1& key) {
  const OwnedNumberContext context(BN_CTX_new());
  const OwnedNumber message(BN_new());
  const OwnedNumber first(BN_new());
  const OwnedNumber second(BN_new());
  const OwnedNumber verified(BN_new());
  LIVECERT_CHECK(context && message && first && second && verified);
  BIGNUM* h = first.get();
  BIGNUM* signature = first.get();
  return BN_rand_range(message.get(), key.modulus) == 1 &&                                               //
         raise(first.get(), message.get(), key.exponent1, key.prime1, context.get()) &&                  //
         raise(second.get(), message.get(), key.exponent2, key.prime2, context.get()) &&                 //
         BN_mod_sub(h, first.get(), second.get(), key.prime1, context.get()) == 1 &&                     //
         BN_mod_mul(h, h, key.coefficient, key.prime1, context.get()) == 1 &&                            //
         BN_mul(signature, h, key.prime2, context.get()) == 1 &&                                         //
         BN_add(signature, signature, second.get()) == 1 &&                                              //
         BN_mod_exp(verified.get(), signature, key.public_exponent, key.modulus, context.get()) == 1 &&  //
         BN_cmp(verified.get(), message.get()) == 0;
}

bool rsa_signs(const PrivateKey& key, base::SecretAccess access) {
  const base::SecretBytes pkcs8 = key.pkcs8(access);
  const auto outer = decode_key<Pkcs8Asn1>(pkcs8.reveal(access));
  const auto numbers = outer ? decode_key<RsaPrivateKeyAsn1>(as_bytes(outer->key)) : nullptr;
  return numbers && rsa_signs(*numbers);
}

bool ec_signs(EVP_PKEY* key, EVP_PKEY* verifying) {
  if (key == nullptr || verifying == nullptr) return false;
  std::array<std::uint8_t, 32> text{};
  LIVECERT_CHECK(RAND_bytes(text.data(), static_cast<int>(text.size())) == 1);
  base::Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)));
  std::size_t size = signature.size();
  const OwnedDigestContext signer(EVP_MD_CTX_new());
  const OwnedDigestContext verifier(EVP_MD_CTX_new());
  LIVECERT_CHECK(signer != nullptr && verifier != nullptr);
  return EVP_DigestSignInit(signer.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestSign(signer.get(), signature.data(), &size, text.data(), text.size()) == 1 &&
         EVP_DigestVerifyInit(verifier.get(), nullptr, EVP_sha256(), nullptr, verifying) == 1 &&
         EVP_DigestVerify(verifier.get(), signature.data(), size, text.data(), text.size()) == 1;
}

}  // namespace

bool signs_for(const PrivateKey& key, const Certificate& certificate, base::SecretAccess access) {
  if (!key.belongs_to(certificate)) return false;
  const bool is_good = key.kind() == KeyKind::kRsa
                           ? rsa_signs(key, access)
                           : ec_signs(to_signing_key(key, access).get(), certificate.state().verifying_key());
  ERR_clear_error();
  return is_good;
}

}  // namespace livecert::x509
