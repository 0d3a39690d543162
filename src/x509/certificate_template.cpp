#include "x509/certificate_template.h"

#include <limits>

#include <openssl/asn1t.h>
#include <openssl/err.h>

#include "x509/asn1_warnings.h"

namespace livecert::x509 {
namespace {

LIVECERT_ASN1_TEMPLATES_BEGIN
// clang-format off

ASN1_SEQUENCE(PublicKeyInfoAsn1) = {
    ASN1_SIMPLE(PublicKeyInfoAsn1, algorithm, X509_ALGOR),
    ASN1_SIMPLE(PublicKeyInfoAsn1, key, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(PublicKeyInfoAsn1)

ASN1_SEQUENCE(TbsCertificateAsn1) = {
    ASN1_EXP_OPT(TbsCertificateAsn1, version, ASN1_INTEGER, 0),
    ASN1_SIMPLE(TbsCertificateAsn1, serial, ASN1_INTEGER),
    ASN1_SIMPLE(TbsCertificateAsn1, signature, X509_ALGOR),
    ASN1_SIMPLE(TbsCertificateAsn1, issuer, ASN1_SEQUENCE),
    ASN1_SIMPLE(TbsCertificateAsn1, validity, X509_VAL),
    ASN1_SIMPLE(TbsCertificateAsn1, subject, ASN1_SEQUENCE),
    ASN1_SIMPLE(TbsCertificateAsn1, key, PublicKeyInfoAsn1),
    ASN1_IMP_OPT(TbsCertificateAsn1, issuer_id, ASN1_BIT_STRING, 1),
    ASN1_IMP_OPT(TbsCertificateAsn1, subject_id, ASN1_BIT_STRING, 2),
    ASN1_EXP_SEQUENCE_OF_OPT(TbsCertificateAsn1, extensions, X509_EXTENSION, 3),
} static_ASN1_SEQUENCE_END(TbsCertificateAsn1)

ASN1_SEQUENCE(CertificateAsn1) = {
    ASN1_SIMPLE(CertificateAsn1, tbs, ASN1_SEQUENCE),
    ASN1_SIMPLE(CertificateAsn1, algorithm, X509_ALGOR),
    ASN1_SIMPLE(CertificateAsn1, signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(CertificateAsn1)

ASN1_SEQUENCE(RsaPublicKeyAsn1) = {
    ASN1_SIMPLE(RsaPublicKeyAsn1, modulus, BIGNUM),
    ASN1_SIMPLE(RsaPublicKeyAsn1, exponent, BIGNUM),
} static_ASN1_SEQUENCE_END(RsaPublicKeyAsn1)

                                template <typename T>
                                void free_item(T * object, const ASN1_ITEM* item) {
  ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(object), item);
}

template <typename T>
OwnedAsn1<T> decode(base::ByteView der, const ASN1_ITEM* item, std::size_t* end) {
  if (der.size() > std::numeric_limits<int>::max()) return nullptr;
  const unsigned char* position = der.data();
  ASN1_VALUE* value = ASN1_item_d2i(nullptr, &position, static_cast<long>(der.size()), item);
  OwnedAsn1<T> object(reinterpret_cast<T*>(value));
  if (!object) ERR_clear_error();
  const auto used = static_cast<std::size_t>(position - der.data());
  if (end != nullptr) {
    *end = used;
  } else if (used != der.size()) {
    return nullptr;
  }
  return object;
}

// clang-format on
LIVECERT_ASN1_TEMPLATES_END

}  // namespace

void free_asn1(CertificateAsn1* object) {
  free_item(object, ASN1_ITEM_rptr(CertificateAsn1));
}
void free_asn1(TbsCertificateAsn1* object) {
  free_item(object, ASN1_ITEM_rptr(TbsCertificateAsn1));
}
void free_asn1(RsaPublicKeyAsn1* object) {
  free_item(object, ASN1_ITEM_rptr(RsaPublicKeyAsn1));
}

OwnedAsn1<CertificateAsn1> decode_certificate(base::ByteView der, std::size_t* end) {
  return decode<CertificateAsn1>(der, ASN1_ITEM_rptr(CertificateAsn1), end);
}

OwnedAsn1<TbsCertificateAsn1> decode_tbs_certificate(base::ByteView der) {
  return decode<TbsCertificateAsn1>(der, ASN1_ITEM_rptr(TbsCertificateAsn1), nullptr);
}

OwnedAsn1<RsaPublicKeyAsn1> decode_rsa_public_key(base::ByteView der) {
  return decode<RsaPublicKeyAsn1>(der, ASN1_ITEM_rptr(RsaPublicKeyAsn1), nullptr);
}

}  // namespace livecert::x509
