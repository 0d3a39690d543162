#include "service/stored_key.h"

#include <utility>

#include "x509/key_proof.h"

namespace livecert::service {

base::Result<x509::PrivateKey> open_key(Services& services, const StoredVersion& version,
                                        const domain::VersionContent& content, KeyOpening opening) {
  TRY_ASSIGN(const auto account_key, services.callers.find_account_key(version.account));
  const vault::Place place{.purpose = vault::Purpose::kPrivateKey,
                           .account = version.account,
                           .chain = version.chain,
                           .version = version.version,
                           .digest = content.leaf_key_digest};
  TRY_ASSIGN(const base::SecretBytes pkcs8, services.vault.open(*account_key, place, content.sealed_key));
  if (services.audit != nullptr) {
    opening.owner = version.account;
    opening.chain = version.chain;
    opening.version = version.version;
    services.audit->note_opening(std::move(opening));
  }
  return x509::PrivateKey::parse_pkcs8(pkcs8.reveal(base::SecretAccess()));
}

base::Result<void> check_key(Services& services, const Context& context, const StoredVersion& version,
                             const x509::Certificate& leaf) {
  TRY_ASSIGN(const auto content, services.store.ask(&store::Snapshot::find_content, version.version));
  if (!content) {
    return base::Error{base::ErrorCode::kNotFound, "there is no version " + version.version.to_string()};
  }
  TRY_ASSIGN(const x509::PrivateKey key, open_key(services, version, *content,
                                                  {.action = context.action,
                                                   .access_key_id = context.caller.access_key_id,
                                                   .request_id = context.request_id,
                                                   .peer_address = context.peer_address}));
  if (x509::signs_for(key, leaf, base::SecretAccess())) return {};
  return base::Error{base::ErrorCode::kInvalidInput,
                     "the private key of CertID " + version.version.to_string() +
                         " is damaged: what it signs does not verify with its certificate (" + leaf.subject_text() +
                         "); make a new key and certificate, and upload them"};
}

}  // namespace livecert::service
