#include "x509/key_templates.h"

#include <algorithm>
#include <limits>

#include <openssl/asn1t.h>
#include <openssl/err.h>

#include "base/check.h"
#include "x509/asn1_warnings.h"
#include "x509/der_structure.h"

namespace livecert::x509 {
namespace {

constexpr std::uint8_t kAttributesTag = 0xA0;  // RFC 5958: [0]

LIVECERT_ASN1_TEMPLATES_BEGIN
// clang-format off

void cleanse(ASN1_STRING* text) {
  if (text != nullptr && text->data != nullptr) OPENSSL_cleanse(text->data, static_cast<std::size_t>(text->length));
}

// Numbers of the type CBIGNUM clear themselves; octet strings have to be cleared before they are freed.
int on_ec_key(int operation, ASN1_VALUE** value, const ASN1_ITEM*, void*) {
  if (operation == ASN1_OP_FREE_PRE) cleanse(reinterpret_cast<EcPrivateKeyAsn1*>(*value)->number);
  return 1;
}

int on_pkcs8(int operation, ASN1_VALUE** value, const ASN1_ITEM*, void*) {
  if (operation == ASN1_OP_FREE_PRE) cleanse(reinterpret_cast<Pkcs8Asn1*>(*value)->key);
  return 1;
}

ASN1_SEQUENCE(RsaPrivateKeyAsn1) = {
    ASN1_EMBED(RsaPrivateKeyAsn1, version, INT32),
    ASN1_SIMPLE(RsaPrivateKeyAsn1, modulus, BIGNUM),
    ASN1_SIMPLE(RsaPrivateKeyAsn1, public_exponent, BIGNUM),
    ASN1_SIMPLE(RsaPrivateKeyAsn1, private_exponent, CBIGNUM),
    ASN1_SIMPLE(RsaPrivateKeyAsn1, prime1, CBIGNUM),
    ASN1_SIMPLE(RsaPrivateKeyAsn1, prime2, CBIGNUM),
    ASN1_SIMPLE(RsaPrivateKeyAsn1, exponent1, CBIGNUM),
    ASN1_SIMPLE(RsaPrivateKeyAsn1, exponent2, CBIGNUM),
    ASN1_SIMPLE(RsaPrivateKeyAsn1, coefficient, CBIGNUM),
} static_ASN1_SEQUENCE_END(RsaPrivateKeyAsn1)

ASN1_SEQUENCE_cb(EcPrivateKeyAsn1, on_ec_key) = {
    ASN1_EMBED(EcPrivateKeyAsn1, version, INT32),
    ASN1_SIMPLE(EcPrivateKeyAsn1, number, ASN1_OCTET_STRING),
    ASN1_EXP_OPT(EcPrivateKeyAsn1, parameters, ASN1_ANY, 0),
    ASN1_EXP_OPT(EcPrivateKeyAsn1, point, ASN1_BIT_STRING, 1),
} static_ASN1_SEQUENCE_END_cb(EcPrivateKeyAsn1, EcPrivateKeyAsn1)

ASN1_SEQUENCE_cb(Pkcs8Asn1, on_pkcs8) = {
    ASN1_EMBED(Pkcs8Asn1, version, INT32),
    ASN1_SIMPLE(Pkcs8Asn1, algorithm, X509_ALGOR),
    ASN1_SIMPLE(Pkcs8Asn1, key, ASN1_OCTET_STRING),
    ASN1_IMP_SET_OF_OPT(Pkcs8Asn1, attributes, X509_ATTRIBUTE, 0),
    ASN1_IMP_OPT(Pkcs8Asn1, point, ASN1_BIT_STRING, 1),
} static_ASN1_SEQUENCE_END_cb(Pkcs8Asn1, Pkcs8Asn1)

template <typename T>
const ASN1_ITEM* item_of();
template <>
const ASN1_ITEM* item_of<RsaPrivateKeyAsn1>() {
  return ASN1_ITEM_rptr(RsaPrivateKeyAsn1);
}
template <>
const ASN1_ITEM* item_of<EcPrivateKeyAsn1>() {
  return ASN1_ITEM_rptr(EcPrivateKeyAsn1);
}
template <>
const ASN1_ITEM* item_of<Pkcs8Asn1>() {
  return ASN1_ITEM_rptr(Pkcs8Asn1);
}

// clang-format on
LIVECERT_ASN1_TEMPLATES_END

template <typename T>
void free_item(T* object) {
  ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(object), item_of<T>());
}

template <typename T>
OwnedKeyAsn1<T> make_empty() {
  OwnedKeyAsn1<T> object(reinterpret_cast<T*>(ASN1_item_new(item_of<T>())));
  LIVECERT_CHECK(object != nullptr);
  return object;
}

template <typename T>
base::WipedBuffer encode(const T& object) {
  const auto* value = reinterpret_cast<const ASN1_VALUE*>(&object);
  const int size = ASN1_item_i2d(value, nullptr, item_of<T>());
  if (size <= 0) return {};
  base::WipedBuffer der(static_cast<std::size_t>(size));
  unsigned char* position = der.data();
  ASN1_item_i2d(value, &position, item_of<T>());
  return der;
}

// DER leaves one spelling for each value, so encoding the object again must give the same bytes.
template <typename T>
bool is_canonical(const T& object, base::ByteView der) {
  return std::ranges::equal(encode(object), der);
}

// Returns the value without its header; empty when the header cannot be read.
base::ByteView content_of(base::ByteView value) {
  const unsigned char* position = value.data();
  long length = 0;
  int tag = 0;
  int tag_class = 0;
  if ((ASN1_get_object(&position, &length, &tag, &tag_class, static_cast<long>(value.size())) & 0x80) != 0) {
    ERR_clear_error();
    return {};
  }
  return {position, static_cast<std::size_t>(length)};
}

// Some tools write the attributes of a key in another order than DER demands. The attributes say nothing about the key
// and are not kept, and OpenSSL, Go and Java accept any order.
bool is_canonical(const Pkcs8Asn1& object, base::ByteView der) {
  if (std::ranges::equal(encode(object), der)) return true;
  if (object.attributes == nullptr || !has_der_structure(der)) return false;
  Pkcs8Asn1 bare = object;
  bare.attributes = nullptr;
  const base::WipedBuffer encoded = encode(bare);
  const base::ByteView expected = content_of(encoded);
  const base::ByteView content = content_of(der);
  if (content.size() <= expected.size()) return false;
  const auto attributes = static_cast<std::size_t>(std::ranges::mismatch(content, expected).in1 - content.begin());
  const base::ByteView behind = content.subspan(attributes + content.size() - expected.size());
  return content[attributes] == kAttributesTag && std::ranges::equal(behind, expected.subspan(attributes));
}

// Encoding an RSA key takes longer than all other work on it; checking the form of its nine numbers is enough.
bool is_canonical(const RsaPrivateKeyAsn1&, base::ByteView der) {
  return is_sequence_of_numbers(der);
}

}  // namespace

void free_key_asn1(RsaPrivateKeyAsn1* object) {
  free_item(object);
}
void free_key_asn1(EcPrivateKeyAsn1* object) {
  free_item(object);
}
void free_key_asn1(Pkcs8Asn1* object) {
  free_item(object);
}

template <typename T>
OwnedKeyAsn1<T> decode_key(base::ByteView der) {
  if (der.size() > std::numeric_limits<int>::max()) return nullptr;
  const unsigned char* position = der.data();
  ASN1_VALUE* value = ASN1_item_d2i(nullptr, &position, static_cast<long>(der.size()), item_of<T>());
  OwnedKeyAsn1<T> object(reinterpret_cast<T*>(value));
  if (!object) {
    ERR_clear_error();
  } else if (!is_canonical(*object, der)) {
    object.reset();
  }
  return object;
}
template OwnedKeyAsn1<RsaPrivateKeyAsn1> decode_key(base::ByteView der);
template OwnedKeyAsn1<EcPrivateKeyAsn1> decode_key(base::ByteView der);
template OwnedKeyAsn1<Pkcs8Asn1> decode_key(base::ByteView der);

base::WipedBuffer encode_ec_key(base::ByteView number, base::ByteView point) {
  const auto key = make_empty<EcPrivateKeyAsn1>();
  key->version = 1;
  key->point = ASN1_BIT_STRING_new();
  LIVECERT_CHECK(key->point != nullptr);
  ASN1_OCTET_STRING_set(key->number, number.data(), static_cast<int>(number.size()));
  ASN1_BIT_STRING_set(key->point, const_cast<unsigned char*>(point.data()), static_cast<int>(point.size()));
  key->point->flags = (key->point->flags & ~0x07L) | ASN1_STRING_FLAG_BITS_LEFT;
  return encode(*key);
}

base::WipedBuffer encode_pkcs8(int curve, base::ByteView inner_key) {
  const auto key = make_empty<Pkcs8Asn1>();
  if (curve == 0) {
    X509_ALGOR_set0(key->algorithm, OBJ_nid2obj(NID_rsaEncryption), V_ASN1_NULL, nullptr);
  } else {
    X509_ALGOR_set0(key->algorithm, OBJ_nid2obj(NID_X9_62_id_ecPublicKey), V_ASN1_OBJECT, OBJ_nid2obj(curve));
  }
  ASN1_OCTET_STRING_set(key->key, inner_key.data(), static_cast<int>(inner_key.size()));
  return encode(*key);
}

base::WipedBuffer encode_rsa_key(const RsaPrivateKeyAsn1& key) {
  return encode(key);
}
OwnedKeyAsn1<RsaPrivateKeyAsn1> make_empty_rsa_key() {
  return make_empty<RsaPrivateKeyAsn1>();
}

}  // namespace livecert::x509
