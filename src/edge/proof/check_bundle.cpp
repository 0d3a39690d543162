#include "edge/proof/check_bundle.h"

#include <array>

#include <openssl/err.h>
#include <openssl/rand.h>

#include "base/check.h"
#include "edge/proof/memory_handshake.h"
#include "edge/proof/openssl_certificate.h"
#include "x509/signing_key.h"

namespace livecert::edge {
namespace {

using base::Result;
using x509::OwnedCertificate;
using x509::OwnedDigestContext;
using x509::OwnedKey;
using x509::PrivateKey;

base::Error invalid(std::string what) {
  return {base::ErrorCode::kInvalidInput, std::move(what)};
}

// Reads the key once more. OpenSSL would not notice an RSA key whose CRT numbers are wrong: it checks its own result
// and computes it again without them. Other TLS servers refuse such a key, or sign wrongly and give the primes away
// (Boneh, DeMillo and Lipton, 1997).
Result<void> check_numbers(const PrivateKey& key, base::SecretAccess access) {
  const base::SecretBytes pkcs8 = key.pkcs8(access);
  TRY(PrivateKey::parse_pkcs8(pkcs8.reveal(access)));
  return {};
}

Result<std::vector<OwnedCertificate>> to_openssl_chain(const std::vector<x509::Certificate>& certificates) {
  std::vector<OwnedCertificate> converted;
  for (const x509::Certificate& certificate : certificates) {
    converted.push_back(to_openssl(certificate));
    if (converted.back() != nullptr) continue;
    return invalid("OpenSSL cannot read certificate " + std::to_string(converted.size()) + " of the chain");
  }
  return converted;
}

// Whether a signature over fresh bytes is good for the leaf. PKCS#1 with RSA: the handshake signs with PSS.
bool signs_for(EVP_PKEY* key, const X509* leaf) {
  std::array<std::uint8_t, 32> text{};
  LIVECERT_CHECK(RAND_bytes(text.data(), static_cast<int>(text.size())) == 1);
  base::Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)));
  std::size_t size = signature.size();
  const OwnedDigestContext signer(EVP_MD_CTX_new());
  const OwnedDigestContext verifier(EVP_MD_CTX_new());
  LIVECERT_CHECK(signer != nullptr && verifier != nullptr);
  const bool is_good =
      EVP_DigestSignInit(signer.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestSign(signer.get(), signature.data(), &size, text.data(), text.size()) == 1 &&
      EVP_DigestVerifyInit(verifier.get(), nullptr, EVP_sha256(), nullptr, X509_get0_pubkey(leaf)) == 1 &&
      EVP_DigestVerify(verifier.get(), signature.data(), size, text.data(), text.size()) == 1;
  ERR_clear_error();
  return is_good;
}

}  // namespace

Result<void> check_bundle(const Bundle& bundle, const std::string& domain) {
  if (bundle.certificates.empty()) return invalid("there is no certificate");
  const x509::Certificate& leaf = bundle.certificates.front();
  if (!domain::covers(leaf.dns_names(), domain)) {
    return invalid("the leaf (" + leaf.subject_text() + ") is not for " + domain);
  }
  if (!bundle.key.belongs_to(leaf)) return invalid("the private key is not the leaf's (" + leaf.subject_text() + ")");
  TRY(check_numbers(bundle.key, base::SecretAccess()));
  const OwnedKey key = x509::to_signing_key(bundle.key, base::SecretAccess());
  if (key == nullptr) return invalid("OpenSSL cannot use the private key");
  TRY_ASSIGN(const std::vector<OwnedCertificate> chain, to_openssl_chain(bundle.certificates));
  if (!signs_for(key.get(), chain.front().get())) {
    return invalid("what the private key signs is not good for the leaf (" + leaf.subject_text() +
                   "): the key is damaged; make a new key and certificate");
  }
  return shake_hands_in_memory(chain, key.get(), domain);
}

}  // namespace livecert::edge
