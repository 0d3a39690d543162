#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/later.h"
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

// Judges an upload at once. When the Later is started, it seals the key and stores the accepted chain, as a new chain
// or a new version of the named one; no thread has to wait for the disk. When the value comes, the certificate is
// durable. Versions of one chain are committed in the order in which they were started. Services and context must
// outlive it. Errors: kInvalidInput with every finding about the material or the bound domains that it is not good for,
// kNotFound, kForeignResource, kProjectForbidden, kAccountInactive, kConflict, kStoreFailure, kOutcomeUnknown,
// kDeadlineExceeded, kInternal, and, when a path to a root is demanded, kUpstreamFailure, kUpstreamBadAnswer.
[[nodiscard]] base::Later<base::Result<CreateCertOutput>> create_cert(Services& services, const Context& context,
                                                                      const CreateCertInput& input);

}  // namespace livecert::service
