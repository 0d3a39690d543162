#include "benchmarks/micro/floor.h"

#include "base/check.h"
#include "x509/certificate_template.h"
#include "x509/key_templates.h"
#include "x509/pem_scanner.h"
#include "x509/public_key.h"
#include "x509/rsa_consistency.h"

namespace livecert::benchmarks {

using x509::as_bytes;

Floor::Floor(base::ByteView issuer_der) : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)) {
  const auto issuer = x509::decode_certificate(issuer_der, nullptr);
  LIVECERT_CHECK(issuer != nullptr);
  const auto tbs = x509::decode_tbs_certificate(as_bytes(issuer->tbs));
  LIVECERT_CHECK(tbs != nullptr);
  issuer_key_ = x509::make_verifying_key(x509::read_public_key(*tbs->key));
  LIVECERT_CHECK(issuer_key_ != nullptr && sha256_ != nullptr);
}

bool Floor::accepts(base::ByteView leaf_der, base::ByteView key_der) const {
  const auto leaf = x509::decode_certificate(leaf_der, nullptr);
  if (!leaf) return false;
  const auto tbs = x509::decode_tbs_certificate(as_bytes(leaf->tbs));
  if (!tbs) return false;
  const auto wrapped = x509::decode_key<x509::Pkcs8Asn1>(key_der);
  if (!wrapped) return false;
  const auto key = x509::decode_key<x509::RsaPrivateKeyAsn1>(as_bytes(wrapped->key));
  if (!key || !x509::is_consistent(*key)) return false;

  const auto public_key = x509::decode_rsa_public_key(as_bytes(tbs->key->key));
  if (!public_key || BN_cmp(public_key->modulus, key->modulus) != 0 ||
      BN_cmp(public_key->exponent, key->public_exponent) != 0) {
    return false;
  }
  const x509::OwnedDigestContext context(EVP_MD_CTX_new());
  const base::ByteView signature = as_bytes(leaf->signature);
  const base::ByteView message = as_bytes(leaf->tbs);
  return EVP_DigestVerifyInit(context.get(), nullptr, sha256_.get(), nullptr, issuer_key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

bool Floor::accepts_pem(std::string_view certificates, std::string_view key) const {
  const auto leaf_blocks = x509::scan_pem(certificates, 1);
  const auto key_blocks = x509::scan_pem(key, 1);
  return leaf_blocks.size() == 1 && key_blocks.size() == 1 && accepts(leaf_blocks[0].der, key_blocks[0].der);
}

}  // namespace livecert::benchmarks
