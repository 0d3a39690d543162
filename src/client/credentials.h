#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "signature/sign.h"

namespace livecert::client {

// VOLC_ACCESSKEY and VOLC_SECRETKEY, as the vendor's SDKs name them, and VOLC_SESSION_TOKEN if it is set; nullopt
// unless the first two are set and not empty.
[[nodiscard]] std::optional<signature::Credentials> credentials_from_environment();

// A JSON file with the members AccessKeyId and SecretAccessKey, such as the one that the first start of the server
// writes; others are ignored, but SessionToken is taken. kConfiguration with a message that names the file otherwise.
// What was read is wiped.
[[nodiscard]] base::Result<signature::Credentials> load_credentials_file(const std::string& path);

}  // namespace livecert::client
