#pragma once

#include <string>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Unbinds a domain from its chain. Also succeeds when the domain uses no chain. Errors: kOutOfRange and kInvalidInput
// for an invalid domain name, kNotFound, kForeignResource, kProjectForbidden, kAccountInactive, kStoreFailure,
// kOutcomeUnknown, kDeadlineExceeded.
[[nodiscard]] base::Result<void> unbind_cert(Services& services, const Context& context, const std::string& domain);

}  // namespace livecert::service
