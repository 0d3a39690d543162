#pragma once

#include "base/result.h"
#include "service/context.h"
#include "x509/certificate.h"
#include "x509/private_key.h"

// The private keys of versions, as they are needed again after their upload.
namespace livecert::service {

struct StoredVersion {
  base::AccountId account;
  base::ChainId chain;
  base::CertId version;
};

// The key of a version, opened for the moment. `content` is the version's. Errors: kInternal when it cannot be opened,
// kInvalidInput when what was sealed is no key, kStoreFailure.
[[nodiscard]] base::Result<x509::PrivateKey> open_key(Services& services, const StoredVersion& version,
                                                      const domain::VersionContent& content);

// Makes one signature with the key of the version and checks it with `leaf`, the version's. Errors: kInvalidInput when
// it does not verify, with what to do; those of open_key(), kNotFound when the version is gone.
[[nodiscard]] base::Result<void> check_key(Services& services, const StoredVersion& version,
                                           const x509::Certificate& leaf);

}  // namespace livecert::service
