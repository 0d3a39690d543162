#pragma once

#include <functional>
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
  std::string domain;  // bound to the chain first; while none is, what the leaf is foremost for
  std::vector<std::string> warnings;
};

// Storing a certificate, as a new chain or a new version of the chain that is named, takes two steps, so that no thread
// has to wait for the disk between them.

// An upload that was judged and whose key is sealed.
struct PreparedCert {
  store::PutVersion command;
  std::string unbound_domain;  // what the leaf is foremost for
  std::vector<std::string> warnings;
};

// Errors: kInvalidInput with every finding about the material, kNotFound, kForeignResource, kProjectForbidden,
// kStoreFailure, kInternal, and, when a path to a root is demanded, kUpstreamFailure, kUpstreamBadAnswer and
// kDeadlineExceeded.
[[nodiscard]] base::Result<PreparedCert> prepare_cert(Services& services, const Context& context,
                                                      const CreateCertInput& input);

// Calls `done` once, from a thread of the store's, where it must not block. With a value, the certificate is durable.
// Errors: kInvalidInput with the bound domains that it is not good for, kNotFound, kForeignResource, kProjectForbidden,
// kAccountInactive, kConflict, kStoreFailure, kOutcomeUnknown, kDeadlineExceeded.
using CertStored = std::function<void(base::Result<CreateCertOutput>)>;
void store_cert(Services& services, const Context& context, PreparedCert prepared, CertStored done);

}  // namespace livecert::service
