#pragma once

#include "base/result.h"
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

// Opens the key of a version. `content` is the version's. Errors: kInternal when it cannot be opened, kInvalidInput
// when the sealed bytes are not a key, kStoreFailure.
[[nodiscard]] base::Result<x509::PrivateKey> open_key(Services& services, const StoredVersion& version,
                                                      const domain::VersionContent& content);

// Makes one signature with the version's key and verifies it with `leaf`, the version's. Errors: kInvalidInput, with a
// remedy, when it does not verify; those of open_key(), kNotFound when the version is gone.
[[nodiscard]] base::Result<void> check_key(Services& services, const StoredVersion& version,
                                           const x509::Certificate& leaf);

}  // namespace livecert::service
