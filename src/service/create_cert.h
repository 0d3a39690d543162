#pragma once

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

// Stores a certificate: a new chain, or a new version of the chain that is named. When it returns a value, the
// certificate is durable. Errors: kInvalidInput with every finding about the material or with the bound domains that it
// is not good for, kNotFound, kForeignResource, kProjectForbidden, kAccountInactive, kConflict, kStoreFailure,
// kOutcomeUnknown, kDeadlineExceeded, and, when a path to a root is demanded, kUpstreamFailure and kUpstreamBadAnswer.
[[nodiscard]] base::Result<CreateCertOutput> create_cert(Services& services, const Context& context,
                                                         const CreateCertInput& input);

}  // namespace livecert::service
