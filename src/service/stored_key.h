#pragma once

#include "base/result.h"
#include "service/audit_book.h"
#include "service/context.h"
#include "x509/certificate.h"
#include "x509/private_key.h"

// The private keys of versions, when they are needed after the upload.
namespace livecert::service {

struct StoredVersion {
  base::AccountId account;
  base::ChainId chain;
  base::CertId version;
};

// Opens the key of a version. `content` is the version's; `opening` says why, for the audit, and this function adds
// which key it was. Errors: kInternal when it cannot be opened, kInvalidInput when the sealed bytes are not a key,
// kStoreFailure.
[[nodiscard]] base::Result<x509::PrivateKey> open_key(Services& services, const StoredVersion& version,
                                                      const domain::VersionContent& content, KeyOpening opening);

// Makes one signature with the version's key and verifies it with `leaf`, the version's, for this call. Errors:
// kInvalidInput, with a remedy, when it does not verify; those of open_key(), kNotFound when the version is gone.
[[nodiscard]] base::Result<void> check_key(Services& services, const Context& context, const StoredVersion& version,
                                           const x509::Certificate& leaf);

}  // namespace livecert::service
