#include "x509/signature_comparison.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "x509/openssl_owner.h"
#include "x509/signature_check.h"

namespace livecert::x509 {
namespace {

int kind_of_key(const SignatureInput& input) {
  return EVP_PKEY_get_base_id(X509_get0_pubkey(input.issuer));
}

int algorithm_of(const SignatureInput& input) {
  return X509_get_signature_nid(input.child);
}

int digest_of(const SignatureInput& input) {
  int digest = NID_undef;
  X509_get_signature_info(input.child, &digest, nullptr, nullptr, nullptr);
  return digest;
}

bool is_sha2(int digest) {
  return digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512;
}

// Facts of a PSS signature: the digest of its mask (SHA-1 unless it says so) and the salt.
struct Pss {
  int mask_digest = NID_sha1;
  long salt = 20;
};
std::optional<Pss> pss_of(const SignatureInput& input) {
  const X509_ALGOR* algorithm = X509_get0_tbs_sigalg(input.child);
  if (algorithm_of(input) != NID_rsassaPss || algorithm->parameter == nullptr) return std::nullopt;
  const ASN1_STRING* text = algorithm->parameter->value.sequence;
  const unsigned char* position = text->data;
  const Owned<RSA_PSS_PARAMS, RSA_PSS_PARAMS_free> read(d2i_RSA_PSS_PARAMS(nullptr, &position, text->length));
  if (!read) return std::nullopt;
  Pss pss;
  if (read->saltLength != nullptr) pss.salt = ASN1_INTEGER_get(read->saltLength);
  if (read->maskGenAlgorithm != nullptr) {
    const ASN1_STRING* inner = read->maskGenAlgorithm->parameter->value.sequence;
    position = inner->data;
    const Owned<X509_ALGOR, X509_ALGOR_free> mask(d2i_X509_ALGOR(nullptr, &position, inner->length));
    pss.mask_digest = OBJ_obj2nid(mask->algorithm);
  }
  return pss;
}

constexpr Difference<SignatureInput> kStrictness[] = {
    {"an RSA key below 1024 or above 8192 bits",
     [](const SignatureInput& input) {
       const int bits = EVP_PKEY_get_bits(X509_get0_pubkey(input.issuer));
       return kind_of_key(input) == EVP_PKEY_RSA && (bits < 1024 || bits > 8192);
     }},
    {"a digest other than SHA-256, SHA-384, SHA-512, SHA-1 and MD5",
     [](const SignatureInput& input) {
       const int digest = digest_of(input);
       return !pss_of(input) && !is_sha2(digest) && digest != NID_sha1 && digest != NID_md5 && digest != NID_undef;
     }},
    {"PSS with another digest than SHA-2's three",
     [](const SignatureInput& input) { return pss_of(input) && !is_sha2(digest_of(input)); }},
    {"PSS with another digest for its mask",
     [](const SignatureInput& input) {
       const auto pss = pss_of(input);
       return pss && is_sha2(digest_of(input)) && pss->mask_digest != digest_of(input);
     }},
    {"PSS with a salt above 64 bytes",
     [](const SignatureInput& input) {
       const auto pss = pss_of(input);
       return pss && pss->salt > 64;
     }},
};

}  // namespace

SignatureComparison::SignatureComparison() : strictness_(kStrictness) {}

void SignatureComparison::compare(const Certificate& child, X509* their_child, const Certificate& issuer,
                                  X509* their_issuer) {
  const SignatureState ours = check_signature(child, issuer);
  EVP_PKEY* key = X509_get0_pubkey(their_issuer);
  const bool theirs = key != nullptr && X509_verify(their_child, key) == 1;
  ERR_clear_error();
  (theirs ? valid : invalid)++;
  const std::string what = child.signature_text() + " by " + issuer.key_text();
  if (issuer.key_kind() == KeyKind::kUnsupported) {  // for a reason that the certificates' own test asks for
    EXPECT_NE(ours, SignatureState::kValid) << what;
    return;
  }
  const SignatureInput input{their_child, their_issuer};
  if (ours == SignatureState::kUnsupported) {
    if (theirs) {
      EXPECT_TRUE(strictness_.explains_difference(input)) << what;
    }
    return;
  }
  EXPECT_EQ(ours == SignatureState::kValid, theirs) << what;
  if (theirs) {
    EXPECT_FALSE(strictness_.explains(input)) << what;
  }
}

}  // namespace livecert::x509
