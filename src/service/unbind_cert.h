#pragma once

#include <string>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Takes a domain off the chain it uses; well, too, when it uses none. Errors: kOutOfRange and kInvalidInput for what is
// no domain name, kNotFound, kForeignResource, kProjectForbidden, kAccountInactive, kStoreFailure, kOutcomeUnknown,
// kDeadlineExceeded.
[[nodiscard]] base::Result<void> unbind_cert(Services& services, const Context& context, const std::string& domain);

}  // namespace livecert::service
