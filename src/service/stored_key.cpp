#include "service/stored_key.h"

#include "x509/key_proof.h"

namespace livecert::service {

base::Result<x509::PrivateKey> open_key(Services& services, const StoredVersion& version,
                                        const domain::VersionContent& content) {
  TRY_ASSIGN(const auto account_key, services.callers.find_account_key(version.account));
  const vault::Place place{.purpose = vault::Purpose::kPrivateKey,
                           .account = version.account,
                           .chain = version.chain,
                           .version = version.version,
                           .digest = content.leaf_key_digest};
  TRY_ASSIGN(const base::SecretBytes pkcs8, services.vault.open(*account_key, place, content.sealed_key));
  return x509::PrivateKey::parse_pkcs8(pkcs8.reveal(base::SecretAccess()));
}

base::Result<void> check_key(Services& services, const StoredVersion& version, const x509::Certificate& leaf) {
  TRY_ASSIGN(const auto content, services.store.ask(&store::Snapshot::find_content, version.version));
  if (!content) {
    return base::Error{base::ErrorCode::kNotFound, "there is no version " + version.version.to_string()};
  }
  TRY_ASSIGN(const x509::PrivateKey key, open_key(services, version, *content));
  if (x509::signs_for(key, leaf, base::SecretAccess())) return {};
  return base::Error{base::ErrorCode::kInvalidInput,
                     "the private key of CertID " + version.version.to_string() +
                         " is damaged: what it signs does not verify with its certificate (" + leaf.subject_text() +
                         "); make a new key and certificate, and upload them"};
}

}  // namespace livecert::service
