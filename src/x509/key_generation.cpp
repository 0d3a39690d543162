#include "x509/key_generation.h"

#include <array>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base/check.h"
#include "x509/ec_curve.h"
#include "x509/key_reading.h"
#include "x509/key_templates.h"
#include "x509/openssl_owner.h"

namespace livecert::x509 {
namespace {

base::Error failed(const char* what) {
  ERR_clear_error();
  return {base::ErrorCode::kInternal, "making a private key failed", what};
}

// Proves the key in the same way as an uploaded one.
base::Result<PrivateKey> to_private_key(KeyEncoding encoding, base::ByteView der) {
  KeyReading reading = read_private_key(encoding, der);
  if (auto* fault = std::get_if<KeyFault>(&reading)) return failed(fault->id.c_str());
  return std::get<PrivateKey>(std::move(reading));
}

}  // namespace

base::Result<PrivateKey> generate_ec_p256_key() {
  const KeyType* type = find_key_type(KeyKind::kEcP256);
  const EC_GROUP* group = group_of(*type);
  const OwnedNumber number(BN_new());
  const OwnedPoint point(EC_POINT_new(group));
  LIVECERT_CHECK(number && point);
  do {
    if (BN_priv_rand_range(number.get(), EC_GROUP_get0_order(group)) != 1) return failed("random number");
  } while (BN_is_zero(number.get()) != 0);
  base::WipedBuffer scalar(type->field_size);
  BN_bn2binpad(number.get(), scalar.data(), static_cast<int>(scalar.size()));
  base::Bytes encoded(1 + 2 * type->field_size);
  if (EC_POINT_mul(group, point.get(), number.get(), nullptr, nullptr, nullptr) != 1 ||
      EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(), encoded.size(), nullptr) !=
          encoded.size()) {
    return failed("point");
  }
  return to_private_key(KeyEncoding::kPkcs8, encode_pkcs8(type->curve, encode_ec_key(scalar, encoded)));
}

base::Result<PrivateKey> generate_rsa_key(int bits) {
  const OwnedKey made(EVP_RSA_gen(static_cast<unsigned>(bits)));
  if (!made) return failed("RSA key");
  const auto key = make_empty_rsa_key();
  const std::array<std::pair<const char*, BIGNUM**>, 8> numbers{
      {{OSSL_PKEY_PARAM_RSA_N, &key->modulus},
       {OSSL_PKEY_PARAM_RSA_E, &key->public_exponent},
       {OSSL_PKEY_PARAM_RSA_D, &key->private_exponent},
       {OSSL_PKEY_PARAM_RSA_FACTOR1, &key->prime1},
       {OSSL_PKEY_PARAM_RSA_FACTOR2, &key->prime2},
       {OSSL_PKEY_PARAM_RSA_EXPONENT1, &key->exponent1},
       {OSSL_PKEY_PARAM_RSA_EXPONENT2, &key->exponent2},
       {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, &key->coefficient}}};
  for (const auto& [name, number] : numbers) {
    if (EVP_PKEY_get_bn_param(made.get(), name, number) != 1) return failed(name);
  }
  return to_private_key(KeyEncoding::kPkcs1, encode_rsa_key(*key));
}

}  // namespace livecert::x509
