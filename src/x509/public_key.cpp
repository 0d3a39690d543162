#include "x509/public_key.h"

#include <algorithm>
#include <array>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include "x509/der_structure.h"

namespace livecert::x509 {
namespace {

constexpr std::size_t kExponentSize = 5;

// Returns a short and printable name, because it goes into messages.
std::string name_of(const ASN1_OBJECT* object) {
  const int nid = OBJ_obj2nid(object);
  if (nid != NID_undef) return OBJ_nid2ln(nid);
  std::array<char, 80> text{};
  OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  return text.data();
}

PublicKey unsupported(std::string text) {
  return {KeyKind::kUnsupported, 0, std::move(text), {}};
}

PublicKey read_rsa(const PublicKeyInfoAsn1& info) {
  const auto key = decode_rsa_public_key(as_bytes(info.key));
  if (!key || !is_sequence_of_numbers(as_bytes(info.key))) return unsupported("an RSA key that cannot be read");
  if (BN_is_odd(key->modulus) == 0 || !is_usable_exponent(key->exponent)) {
    return unsupported("an RSA key with an even modulus or an exponent that is even, 1 or above 2^32");
  }
  const int bits = BN_num_bits(key->modulus);
  return {KeyKind::kRsa, bits, to_text(KeyKind::kRsa, bits), rsa_numbers(key->modulus, key->exponent)};
}

PublicKey read_ec(const PublicKeyInfoAsn1& info) {
  int form = 0;
  const void* parameter = nullptr;
  X509_ALGOR_get0(nullptr, &form, &parameter, info.algorithm);
  if (form != V_ASN1_OBJECT) return unsupported("an elliptic-curve key with explicit parameters");
  const auto* name = static_cast<const ASN1_OBJECT*>(parameter);
  const KeyType* type = find_key_type_on(OBJ_obj2nid(name));
  if (type == nullptr) return unsupported("an elliptic-curve key on " + name_of(name));
  const base::ByteView point = as_bytes(info.key);
  if (point.size() != 1 + 2 * type->field_size || point[0] != POINT_CONVERSION_UNCOMPRESSED) {
    return unsupported("an elliptic-curve key whose point is compressed or damaged");
  }
  return {type->kind, type->max_bits, to_text(type->kind, type->max_bits), base::to_bytes(point)};
}

OwnedKey make_key(const char* type, OSSL_PARAM* params) {
  const OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return OwnedKey(key);
}

}  // namespace

PublicKey read_public_key(const PublicKeyInfoAsn1& info) {
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, info.algorithm);
  switch (OBJ_obj2nid(algorithm)) {
    case NID_rsaEncryption:
      return read_rsa(info);
    case NID_X9_62_id_ecPublicKey:
      return read_ec(info);
    default:
      return unsupported("a key of the kind " + name_of(algorithm));
  }
}

bool is_usable_exponent(const BIGNUM* exponent) {
  return BN_is_odd(exponent) != 0 && BN_is_one(exponent) == 0 && BN_num_bits(exponent) <= 32;
}

base::Bytes rsa_numbers(const BIGNUM* modulus, const BIGNUM* exponent) {
  base::Bytes numbers(kExponentSize + static_cast<std::size_t>(BN_num_bytes(modulus)));
  BN_bn2binpad(exponent, numbers.data(), static_cast<int>(kExponentSize));
  BN_bn2bin(modulus, numbers.data() + kExponentSize);
  return numbers;
}

OwnedKey make_verifying_key(const PublicKey& key) {
  const KeyType* type = find_key_type(key.kind);
  if (type == nullptr) return nullptr;
  base::Bytes numbers = key.numbers;
  if (type->algorithm == KeyAlgorithm::kRsa) {
    if (key.bits < kMinVerifiableRsaBits || key.bits > type->max_bits) return nullptr;
    // OSSL_PARAM numbers are in the machine's byte order, which is little-endian wherever this runs.
    const auto modulus = numbers.begin() + kExponentSize;
    std::reverse(numbers.begin(), modulus);
    std::reverse(modulus, numbers.end());
    std::array params{
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, numbers.data(), kExponentSize),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, numbers.data() + kExponentSize, numbers.size() - kExponentSize),
        OSSL_PARAM_construct_end()};
    return make_key("RSA", params.data());
  }
  std::string group = OBJ_nid2sn(type->curve);
  std::array params{OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
                    OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, numbers.data(), numbers.size()),
                    OSSL_PARAM_construct_end()};
  return make_key("EC", params.data());
}

}  // namespace livecert::x509
