#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "service/context.h"

namespace livecert::service {

// The setting of the store that holds the token of an edge begins so, and its name follows.
inline constexpr const char* kEdgeTokenSetting = "edge token ";

// The secret with which one edge asks for certificates: 32 lower-case hexadecimal digits, made at the first call,
// sealed in the store, and the same from then on. Errors: kConfiguration with one sentence when it does not open;
// kStoreFailure, kInternal.
[[nodiscard]] base::Result<base::SecretBytes> edge_token(Services& services, const std::string& edge);

}  // namespace livecert::service
