#include "x509/rsa_consistency.h"

#include <openssl/err.h>

#include "x509/openssl_owner.h"

namespace livecert::x509 {
namespace {

// The size of a prime must fit the modulus before anything is computed with it.
bool is_plausible_prime(const BIGNUM* prime, const BIGNUM* modulus) {
  return BN_is_odd(prime) != 0 && BN_is_one(prime) == 0 && BN_cmp(prime, modulus) < 0;
}

// Checks de = 1 mod (prime - 1) and exponent = d mod (prime - 1).
bool exponents_fit(const RsaPrivateKeyAsn1& key, const BIGNUM* prime, const BIGNUM* exponent, BN_CTX* context) {
  const OwnedNumber order(BN_dup(prime));
  const OwnedNumber value(BN_new());
  if (!order || !value || BN_sub_word(order.get(), 1) != 1) return false;
  if (BN_mod(value.get(), key.private_exponent, order.get(), context) != 1) return false;
  if (BN_cmp(value.get(), exponent) != 0) return false;
  return BN_mod_mul(value.get(), value.get(), key.public_exponent, order.get(), context) == 1 &&
         BN_is_one(value.get()) != 0;
}

}  // namespace

bool is_consistent(const RsaPrivateKeyAsn1& key) {
  if (!is_plausible_prime(key.prime1, key.modulus) || !is_plausible_prime(key.prime2, key.modulus)) return false;
  if (BN_num_bits(key.prime1) + BN_num_bits(key.prime2) > BN_num_bits(key.modulus) + 1) return false;
  if (BN_cmp(key.private_exponent, key.modulus) >= 0 || BN_cmp(key.coefficient, key.prime1) >= 0) return false;
  const OwnedNumberContext context(BN_CTX_new());
  const OwnedNumber product(BN_new());
  const bool consistent = context && product &&                                                 //
                          BN_mul(product.get(), key.prime1, key.prime2, context.get()) == 1 &&  //
                          BN_cmp(product.get(), key.modulus) == 0 &&                            //
                          exponents_fit(key, key.prime1, key.exponent1, context.get()) &&       //
                          exponents_fit(key, key.prime2, key.exponent2, context.get()) &&       //
                          BN_mod_mul(product.get(), key.coefficient, key.prime2, key.prime1, context.get()) == 1 &&
                          BN_is_one(product.get()) != 0;
  ERR_clear_error();
  return consistent;
}

}  // namespace livecert::x509
