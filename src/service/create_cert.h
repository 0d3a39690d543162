#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "service/context.h"
#include "service/upload.h"

namespace livecert::service {

struct CreateCertOutput {
  base::ChainId chain;
  base::CertId version;
  std::string domain;  // bound to the chain first; or, if nothing is bound, the leaf's primary name
  std::vector<std::string> warnings;
};

// Storing a certificate, as a new chain or a new version of the chain that is named, takes two steps, so that no thread
// has to wait for the disk between them.

// An upload that was judged.
struct PreparedCert {
  store::PutVersion command;                    // without the version's id and the sealed key
  std::shared_ptr<const x509::PrivateKey> key;  // until it is sealed
  std::vector<std::string> warnings;
};

// Errors: kInvalidInput with every finding about the material, kNotFound, kForeignResource, kProjectForbidden,
// kStoreFailure, kInternal, and, when a path to a root is demanded, kUpstreamFailure, kUpstreamBadAnswer and
// kDeadlineExceeded.
[[nodiscard]] base::Result<PreparedCert> prepare_cert(Services& services, const Context& context,
                                                      const CreateCertInput& input);

// Seals the key, hands everything to the store and returns. Calls `done` once, from a thread of the store's or already
// on this one, where it must not block. With a value, the certificate is durable. Versions of one chain are committed
// in the order in which this was called for them. Errors: kInternal, kInvalidInput with the bound domains that it is
// not good for, kNotFound, kForeignResource, kProjectForbidden, kAccountInactive, kConflict, kStoreFailure,
// kOutcomeUnknown, kDeadlineExceeded.
using CertStored = std::function<void(base::Result<CreateCertOutput>)>;
void store_cert(Services& services, const Context& context, PreparedCert prepared, CertStored done);

}  // namespace livecert::service
