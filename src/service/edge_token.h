#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "service/context.h"

namespace livecert::service {

// The secret with which one edge asks for certificates: 32 lower-case hexadecimal digits, made at the first call,
// sealed in the store, and the same from then on. Errors: kStoreFailure, kInternal.
[[nodiscard]] base::Result<base::SecretBytes> edge_token(Services& services, const std::string& edge);

}  // namespace livecert::service
