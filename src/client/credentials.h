#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "signature/sign.h"

namespace livecert::client {

// Reads VOLC_ACCESSKEY and VOLC_SECRETKEY, the names of the vendor's SDKs, and VOLC_SESSION_TOKEN if it is set; nullopt
// unless the first two are set and not empty.
[[nodiscard]] std::optional<signature::Credentials> credentials_from_environment();

// Reads a JSON text with the members AccessKeyId and SecretAccessKey, and SessionToken if it is there; ignores others.
// nullopt for anything else.
[[nodiscard]] std::optional<signature::Credentials> parse_credentials(std::string_view json);

// The content of a file with credentials, in any form.
struct CredentialsFile {
  base::WipedBuffer content;
  std::string warning = {};  // for the user: the others who can read the file, and the remedy; empty if there are none
};

// kConfiguration with a message that names the file when it cannot be read, is too large for credentials, or when users
// other than its reader and root may write it.
[[nodiscard]] base::Result<CredentialsFile> read_credentials_file(const std::string& path);

struct LoadedCredentials {
  signature::Credentials credentials;
  std::string warning = {};  // as in CredentialsFile
};

// Reads a JSON file with the members AccessKeyId and SecretAccessKey, such as the one that the first start of the
// server writes, and SessionToken if it is there; ignores others. kConfiguration with a message that names the file
// otherwise, and as for read_credentials_file(). The text is wiped.
[[nodiscard]] base::Result<LoadedCredentials> load_credentials_file(const std::string& path);

}  // namespace livecert::client
