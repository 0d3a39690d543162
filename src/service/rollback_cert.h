#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

struct RollbackCertOutput {
  base::ChainId chain;
  base::CertId current;
};

// Makes an earlier version of a chain current again: the named one, otherwise the newest that is older than the current
// one. Only a call with a named version is safe to repeat. Errors: kNotFound, kForeignResource, kProjectForbidden,
// kAccountInactive, kInvalidInput when the version does not fit the chain's domains, is not valid yet or has expired,
// kConflict, kStoreFailure, kOutcomeUnknown, kDeadlineExceeded.
[[nodiscard]] base::Result<RollbackCertOutput> rollback_cert(Services& services, const Context& context,
                                                             const std::string& chain_id,
                                                             const std::optional<std::string>& cert_id);

}  // namespace livecert::service
