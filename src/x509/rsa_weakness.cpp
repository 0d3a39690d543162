#include "x509/rsa_weakness.h"

#include <array>

#include "x509/openssl_owner.h"

namespace livecert::x509 {
namespace {

// A modulus of that library is a power of 65537 modulo each small prime. For primes with few such powers, few other
// moduli match.
bool is_power_of_65537(BN_ULONG residue, BN_ULONG prime) {
  BN_ULONG power = 1;
  do {
    if (power == residue) return true;
    power = power * 65537 % prime;
  } while (power != 1);
  return false;
}

// Of other moduli, only one in 2^27 passes for all of these primes.
bool has_roca_form(const BIGNUM* modulus) {
  constexpr std::array<BN_ULONG, 17> kPrimes{11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157};
  for (const BN_ULONG prime : kPrimes) {
    if (!is_power_of_65537(BN_mod_word(modulus, prime), prime)) return false;
  }
  return true;
}

// FIPS 186-5 A.1.3: |p - q| > 2^(bits/2 - 100).
bool are_close(const RsaPrivateKeyAsn1& key) {
  const OwnedNumber difference(BN_new());
  if (!difference || BN_sub(difference.get(), key.prime1, key.prime2) != 1) return false;
  return BN_num_bits(difference.get()) <= BN_num_bits(key.modulus) / 2 - 100;
}

}  // namespace

const char* find_weakness(const RsaPrivateKeyAsn1& key) {
  if (has_roca_form(key.modulus)) {
    return "the RSA key has the form of a library whose keys can be computed from the public one (ROCA, "
           "CVE-2017-15361)";
  }
  if (are_close(key)) return "the two primes of the RSA key are so close that anybody can find them";
  return nullptr;
}

}  // namespace livecert::x509
