#include "edge/proof/check_bundle.h"

#include "edge/proof/openssl_certificate.h"
#include "x509/key_proof.h"
#include "x509/signing_key.h"

namespace livecert::edge {
namespace {

using base::Result;
using x509::OwnedCertificate;
using x509::OwnedKey;
using x509::PrivateKey;

base::Error invalid(std::string what) {
  return {base::ErrorCode::kInvalidInput, std::move(what)};
}

// Reads the key once more, because OpenSSL would not notice an RSA key whose CRT numbers are wrong: it checks its own
// result and computes it again without them. Other TLS servers refuse such a key, or sign wrongly and reveal the primes
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

}  // namespace

Result<void> check_bundle(const Bundle& bundle, const std::string& domain, const MemoryHandshake& handshake) {
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
  if (!x509::signs_for(bundle.key, leaf, base::SecretAccess())) {
    return invalid("what the private key signs is not good for the leaf (" + leaf.subject_text() +
                   "): the key is damaged; make a new key and certificate");
  }
  return handshake.shake_hands(chain, key.get(), domain);
}

}  // namespace livecert::edge
