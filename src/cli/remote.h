#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/backend.h"
#include "client/client.h"
#include "signature/sign.h"

namespace livecert::cli {

// The address of a service and the credentials for it. What is given here goes first; then a profile that is named here
// or by LIVECERT_PROFILE; then the environment; then the profile "default".
struct RemoteOptions {
  std::string profile;         // cli/profile.h
  std::string endpoint;        // LIVECERT_ENDPOINT, else http://127.0.0.1:8080
  std::string ca_file;         // LIVECERT_CA_FILE
  std::string credentials;     // a file as the first start writes it; LIVECERT_CREDENTIALS; else VOLC_ACCESSKEY and
                               // VOLC_SECRETKEY
  bool insecure_http = false;  // plain HTTP to other machines
};

// Where to call, and how to sign.
struct Target {
  client::Endpoint endpoint;
  signature::Credentials credentials;
  std::string profile;  // whose key it is; empty: that of no profile
};

// kConfiguration when there are no credentials, or when there is no profile of the name. Warns on standard error when
// others can read the file.
[[nodiscard]] base::Result<Target> find_target(const RemoteOptions& options);

// The endpoint of options and environment, without any profile.
[[nodiscard]] client::Endpoint find_endpoint(const RemoteOptions& options);

// Signed calls over HTTP. kConfiguration without credentials.
[[nodiscard]] std::unique_ptr<Backend> open_remote(Target target);
[[nodiscard]] base::Result<std::unique_ptr<Backend>> open_remote(const RemoteOptions& options);

}  // namespace livecert::cli
