#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "signature/sign.h"

namespace livecert::client {

// VOLC_ACCESSKEY and VOLC_SECRETKEY, as the vendor's SDKs name them, and VOLC_SESSION_TOKEN if it is set; nullopt
// unless the first two are set and not empty.
[[nodiscard]] std::optional<signature::Credentials> credentials_from_environment();

// A JSON text with the members AccessKeyId and SecretAccessKey; others are ignored, but SessionToken is taken. nullopt
// for anything else.
[[nodiscard]] std::optional<signature::Credentials> parse_credentials(std::string_view json);

// A file that holds credentials, in whatever form.
struct CredentialsFile {
  base::WipedBuffer content;
  std::string warning = {};  // for the user: who else can read the file, and how to end that; empty: nobody
};

// kConfiguration with a message that names the file when it cannot be read, is too large for credentials, or when
// others than its reader and root may write it.
[[nodiscard]] base::Result<CredentialsFile> read_credentials_file(const std::string& path);

struct LoadedCredentials {
  signature::Credentials credentials;
  std::string warning = {};  // as in CredentialsFile
};

// A JSON file with the members AccessKeyId and SecretAccessKey, such as the one that the first start of the server
// writes; others are ignored, but SessionToken is taken. kConfiguration with a message that names the file otherwise,
// and as for read_credentials_file(). What was read is wiped.
[[nodiscard]] base::Result<LoadedCredentials> load_credentials_file(const std::string& path);

}  // namespace livecert::client
