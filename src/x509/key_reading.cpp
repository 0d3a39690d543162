#include "x509/key_reading.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <openssl/err.h>

#include "base/check.h"
#include "x509/certificate_template.h"
#include "x509/ec_curve.h"
#include "x509/key_templates.h"
#include "x509/public_key.h"
#include "x509/rsa_consistency.h"
#include "x509/rsa_weakness.h"

namespace livecert::x509 {
namespace {

struct KeyLabel {
  std::string_view label;
  KeyEncoding encoding;
};
constexpr std::array kKeyLabels{
    KeyLabel{"PRIVATE KEY", KeyEncoding::kPkcs8},
    KeyLabel{"RSA PRIVATE KEY", KeyEncoding::kPkcs1},
    KeyLabel{"EC PRIVATE KEY", KeyEncoding::kSec1},
};

bool is_unreadable(const KeyReading& reading) {
  const auto* fault = std::get_if<KeyFault>(&reading);
  return fault != nullptr && fault->id == "key-unreadable";
}

KeyFault unreadable(std::string message) {
  return {"key-unreadable", std::move(message), "Upload the key file as it was made, whole and unchanged"};
}

KeyFault unsupported(std::string message) {
  return {"key-kind-unsupported", std::move(message),
          "Use an RSA key of 2048 to 8192 bits or an ECDSA key on P-256, P-384 or P-521"};
}

KeyFault explicit_parameters() {
  return {"key-explicit-parameters", "the key spells out its curve's parameters instead of naming the curve",
          "Make the key with a named curve, for example openssl ecparam -name prime256v1 -genkey"};
}

KeyFault inconsistent(std::string message) {
  return {"key-inconsistent", std::move(message), "The key is damaged: restore it, or make a new key and certificate"};
}

KeyFault another_public_key() {
  return inconsistent("the public key in the block belongs to another private key");
}

bool is_same_rsa_key(base::ByteView carried, const base::Bytes& numbers) {
  const auto key = decode_rsa_public_key(carried);
  return key && rsa_numbers(key->modulus, key->exponent) == numbers;
}

// `wrapped` is the key as PKCS#8 if it came in our canonical form, and empty otherwise. `beside` is the copy of the
// public key that RFC 5958 allows next to the key, or null.
KeyReading read_rsa(base::ByteView der, base::ByteView wrapped, const ASN1_BIT_STRING* beside) {
  const auto key = decode_key<RsaPrivateKeyAsn1>(der);
  if (!key || key->version != 0) return unreadable("this is no RSA private key with two primes in DER");
  const int bits = BN_num_bits(key->modulus);
  const KeyType* type = find_key_type(KeyKind::kRsa);
  if (bits < type->min_bits) {
    return KeyFault{"key-too-small", "the RSA key has " + std::to_string(bits) + " bits",
                    "Use " + std::to_string(type->min_bits) + " bits or more, with a new certificate"};
  }
  if (bits > type->max_bits) {
    return KeyFault{"key-too-large", "the RSA key has " + std::to_string(bits) + " bits",
                    "Use at most " + std::to_string(type->max_bits) + " bits, with a new certificate"};
  }
  if (!is_usable_exponent(key->public_exponent)) {
    return KeyFault{"key-strange-numbers", "the RSA key's public exponent is even, 1 or above 2^32",
                    "Make a new key with the exponent 65537, and a new certificate"};
  }
  if (!is_consistent(*key)) return inconsistent("the numbers of the RSA key do not fit each other");
  if (const char* weakness = find_weakness(*key)) {
    return KeyFault{"key-weak", weakness, "Make a new key with a current OpenSSL, and a new certificate"};
  }
  base::Bytes numbers = rsa_numbers(key->modulus, key->public_exponent);
  if (beside != nullptr && !is_same_rsa_key(as_bytes(beside), numbers)) return another_public_key();
  auto pkcs8 = wrapped.empty() ? base::SecretBytes(encode_pkcs8(0, der)) : base::SecretBytes::copy_of(wrapped);
  return PrivateKey(PrivateKeyParts{KeyKind::kRsa, bits, std::move(pkcs8), std::move(numbers)});
}

// Returns the uncompressed point of the private number; nullopt when the number is outside 1 to n-1.
std::optional<base::Bytes> multiply_base_point(const KeyType& type, base::ByteView number) {
  const EC_GROUP* group = group_of(type);
  const OwnedNumber scalar(BN_bin2bn(number.data(), static_cast<int>(number.size()), nullptr));
  const OwnedPoint point(EC_POINT_new(group));
  const OwnedNumberContext context(BN_CTX_new());
  LIVECERT_CHECK(scalar && point && context);
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  if (BN_is_zero(scalar.get()) != 0 || BN_cmp(scalar.get(), EC_GROUP_get0_order(group)) >= 0) return std::nullopt;
  base::Bytes bytes(1 + 2 * type.field_size);
  if (EC_POINT_mul(group, point.get(), scalar.get(), nullptr, nullptr, context.get()) != 1 ||
      EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, bytes.data(), bytes.size(),
                         context.get()) != bytes.size()) {
    ERR_clear_error();
    return std::nullopt;
  }
  return bytes;
}

// Keys hold their point uncompressed or compressed (SEC 1 §2.3.3); both mean the same.
bool is_same_point(base::ByteView carried, base::ByteView computed) {
  if (std::ranges::equal(carried, computed)) return true;
  const std::size_t field_size = computed.size() / 2;
  const auto sign = static_cast<std::uint8_t>(POINT_CONVERSION_COMPRESSED + (computed.back() & 1));
  return carried.size() == 1 + field_size && carried[0] == sign &&
         std::ranges::equal(carried.subspan(1), computed.subspan(1, field_size));
}

// `named` is the curve's name around the key (PKCS#8) or null when the key itself has to name it (SEC 1).
// `beside` as for RSA.
KeyReading read_ec(base::ByteView der, const ASN1_OBJECT* named, const ASN1_BIT_STRING* beside) {
  const auto key = decode_key<EcPrivateKeyAsn1>(der);
  if (!key || key->version != 1) return unreadable("this is no elliptic-curve private key in DER");
  const ASN1_TYPE* parameters = key->parameters;
  if (parameters != nullptr && parameters->type == V_ASN1_SEQUENCE) return explicit_parameters();
  const bool names_itself = parameters != nullptr && parameters->type == V_ASN1_OBJECT;
  if (!names_itself && (parameters != nullptr || named == nullptr)) {
    return unreadable("the elliptic-curve key does not name its curve");
  }
  if (named == nullptr) named = parameters->value.object;
  if (names_itself && OBJ_cmp(named, parameters->value.object) != 0) {
    return inconsistent("the elliptic-curve key names two different curves");
  }
  const KeyType* type = find_key_type_on(OBJ_obj2nid(named));
  if (type == nullptr) {
    std::array<char, 80> name{};
    OBJ_obj2txt(name.data(), static_cast<int>(name.size()), named, 0);
    return unsupported(std::string("the key is on the curve ") + name.data());
  }
  // RFC 5915 fixes the length; some programs write more zeros, and others write none.
  base::ByteView number = as_bytes(key->number);
  while (number.size() > type->field_size && number.front() == 0) number = number.subspan(1);
  const auto point = number.size() <= type->field_size ? multiply_base_point(*type, number) : std::nullopt;
  if (!point) return inconsistent("the private number is outside the curve's range");
  if (key->point != nullptr && !is_same_point(as_bytes(key->point), *point)) {
    return inconsistent("the public point inside the key is not the one of its private number");
  }
  if (beside != nullptr && !is_same_point(as_bytes(beside), *point)) return another_public_key();
  base::WipedBuffer padded(type->field_size - number.size());
  padded.reserve(type->field_size);
  padded.insert(padded.end(), number.begin(), number.end());
  return PrivateKey(PrivateKeyParts{
      type->kind, type->max_bits, base::SecretBytes(encode_pkcs8(type->curve, encode_ec_key(padded, *point))), *point});
}

KeyReading read_pkcs8(base::ByteView der) {
  const auto key = decode_key<Pkcs8Asn1>(der);
  // RFC 5958 §2: version 1 exactly when the public key is inside.
  const bool is_known_version = key && key->version == (key->point != nullptr ? 1 : 0);
  if (!is_known_version) return unreadable("this is no PKCS#8 private key in DER");
  const ASN1_OBJECT* algorithm = nullptr;
  const void* parameter = nullptr;
  int type = 0;
  X509_ALGOR_get0(&algorithm, &type, &parameter, key->algorithm);
  const int nid = OBJ_obj2nid(algorithm);
  if (nid == NID_rsaEncryption) {
    if (type != V_ASN1_NULL && type != V_ASN1_UNDEF) return unreadable("the RSA key has parameters");
    // DER has one spelling for a value: without the parts that the canonical form omits, this is the canonical form.
    const bool is_canonical = type == V_ASN1_NULL && key->attributes == nullptr && key->point == nullptr;
    return read_rsa(as_bytes(key->key), is_canonical ? der : base::ByteView(), key->point);
  }
  if (nid == NID_X9_62_id_ecPublicKey) {
    if (type == V_ASN1_SEQUENCE) return explicit_parameters();
    if (type != V_ASN1_OBJECT) return unreadable("the elliptic-curve key does not name its curve");
    return read_ec(as_bytes(key->key), static_cast<const ASN1_OBJECT*>(parameter), key->point);
  }
  std::array<char, 80> name{};
  OBJ_obj2txt(name.data(), static_cast<int>(name.size()), algorithm, 0);
  return unsupported(std::string("the key is of the kind ") + name.data());
}

}  // namespace

KeyReading read_private_key(KeyEncoding encoding, base::ByteView der) {
  switch (encoding) {
    case KeyEncoding::kPkcs1:
      return read_rsa(der, {}, nullptr);
    case KeyEncoding::kSec1:
      return read_ec(der, nullptr, nullptr);
    case KeyEncoding::kPkcs8:
      break;
  }
  return read_pkcs8(der);
}

std::optional<KeyEncoding> key_encoding_of(std::string_view label) {
  const auto* row = std::ranges::find(kKeyLabels, label, &KeyLabel::label);
  return row == kKeyLabels.end() ? std::nullopt : std::optional(row->encoding);
}

KeyReading read_relabelled_key(KeyEncoding labelled, base::ByteView der) {
  KeyReading reading = read_private_key(labelled, der);
  if (!is_unreadable(reading)) return reading;
  for (const KeyLabel& each : kKeyLabels) {
    if (each.encoding == labelled) continue;
    KeyReading other = read_private_key(each.encoding, der);
    if (!is_unreadable(other)) return other;
  }
  return reading;
}

}  // namespace livecert::x509
