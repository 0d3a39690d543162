#include "x509/signature_algorithm.h"

#include <array>

#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>

#include "x509/openssl_owner.h"

namespace livecert::x509 {
namespace {

struct Row {
  int nid;
  SignatureScheme scheme;
  int digest;
  bool is_weak;
};

constexpr std::array kRows{
    Row{NID_sha256WithRSAEncryption, SignatureScheme::kRsaPkcs1, NID_sha256, false},
    Row{NID_sha384WithRSAEncryption, SignatureScheme::kRsaPkcs1, NID_sha384, false},
    Row{NID_sha512WithRSAEncryption, SignatureScheme::kRsaPkcs1, NID_sha512, false},
    Row{NID_ecdsa_with_SHA256, SignatureScheme::kEcdsa, NID_sha256, false},
    Row{NID_ecdsa_with_SHA384, SignatureScheme::kEcdsa, NID_sha384, false},
    Row{NID_ecdsa_with_SHA512, SignatureScheme::kEcdsa, NID_sha512, false},
    Row{NID_sha1WithRSAEncryption, SignatureScheme::kRsaPkcs1, NID_sha1, true},
    Row{NID_sha1WithRSA, SignatureScheme::kRsaPkcs1, NID_sha1, true},
    Row{NID_md5WithRSAEncryption, SignatureScheme::kRsaPkcs1, NID_md5, true},
    Row{NID_ecdsa_with_SHA1, SignatureScheme::kEcdsa, NID_sha1, true},
    // They are never verified, only named as weak.
    Row{NID_md2WithRSAEncryption, SignatureScheme::kUnsupported, 0, true},
    Row{NID_md4WithRSAEncryption, SignatureScheme::kUnsupported, 0, true},
    Row{NID_dsaWithSHA1, SignatureScheme::kUnsupported, 0, true},
};

int digest_of(const X509_ALGOR* algorithm) {
  if (algorithm == nullptr) return NID_sha1;  // RFC 4055 §3.1: the default
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return OBJ_obj2nid(object);
}

bool has_null(const X509_ALGOR& algorithm) {
  int type = V_ASN1_UNDEF;
  X509_ALGOR_get0(nullptr, &type, nullptr, &algorithm);
  return type == V_ASN1_NULL;
}

bool is_strong(int digest) {
  return digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512;
}

// Reads RSASSA-PSS with one SHA-2 digest for both message and mask, the only form that clients accept.
void read_pss(const X509_ALGOR& algorithm, SignatureAlgorithm& result) {
  using OwnedPss = Owned<RSA_PSS_PARAMS, RSA_PSS_PARAMS_free>;
  const OwnedPss pss(
      static_cast<RSA_PSS_PARAMS*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm.parameter)));
  if (!pss) return;
  const int digest = digest_of(pss->hashAlgorithm);
  result.is_weak = digest == NID_sha1 || digest == NID_md5;
  if (!is_strong(digest) || pss->maskGenAlgorithm == nullptr || digest_of(pss->maskGenAlgorithm) != NID_mgf1) return;
  const Owned<X509_ALGOR, X509_ALGOR_free> mask(static_cast<X509_ALGOR*>(
      ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(X509_ALGOR), pss->maskGenAlgorithm->parameter)));
  if (!mask || digest_of(mask.get()) != digest) return;
  const long salt_length = pss->saltLength == nullptr ? 20 : ASN1_INTEGER_get(pss->saltLength);
  if (salt_length < 0 || salt_length > 64) return;
  if (pss->trailerField != nullptr && ASN1_INTEGER_get(pss->trailerField) != 1) return;  // RFC 4055 §3.1
  result.scheme = SignatureScheme::kRsaPss;
  result.digest = digest;
  result.salt_length = static_cast<int>(salt_length);
  result.has_digest_without_null = !has_null(*pss->hashAlgorithm) || !has_null(*mask);
  result.spells_out_trailer = pss->trailerField != nullptr;
}

}  // namespace

SignatureAlgorithm read_signature_algorithm(const X509_ALGOR& algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, &algorithm);
  const int nid = OBJ_obj2nid(object);
  SignatureAlgorithm result;
  std::array<char, 80> text{};
  OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 0);
  result.text = text.data();
  if (nid == NID_rsassaPss) read_pss(algorithm, result);
  for (const Row& row : kRows) {
    if (row.nid != nid) continue;
    result.scheme = row.scheme;
    result.digest = row.digest;
    result.is_weak = row.is_weak;
  }
  return result;
}

}  // namespace livecert::x509
