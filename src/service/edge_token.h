#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "service/context.h"

namespace livecert::service {

// The secret by which one edge asks for certificates: 32 lower-case hexadecimal digits, made the first time and the
// same ever after, sealed in the store. Errors: kStoreFailure, kInternal.
[[nodiscard]] base::Result<base::SecretBytes> edge_token(Services& services, const std::string& edge);

}  // namespace livecert::service
