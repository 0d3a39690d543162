#pragma once

#include <string>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Removes a chain with all its versions and their keys. Errors: kNotFound, kForeignResource, kProjectForbidden,
// kInvalidInput naming the domains that use it, kStoreFailure, kOutcomeUnknown, kDeadlineExceeded.
[[nodiscard]] base::Result<void> delete_cert(Services& services, const Context& context, const std::string& chain_id);

}  // namespace livecert::service
