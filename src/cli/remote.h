#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/backend.h"
#include "client/client.h"
#include "signature/sign.h"

namespace livecert::cli {

// The address of a service and the credentials for it; empty members come from the environment.
struct RemoteOptions {
  std::string endpoint;        // LIVECERT_ENDPOINT, else http://127.0.0.1:8080
  std::string ca_file;         // LIVECERT_CA_FILE
  std::string credentials;     // a file as the first start writes it; LIVECERT_CREDENTIALS; else VOLC_ACCESSKEY and
                               // VOLC_SECRETKEY
  bool insecure_http = false;  // plain HTTP to other machines
};

// kConfiguration when there are none. Warns on standard error when others can read the file.
[[nodiscard]] base::Result<signature::Credentials> find_credentials(const RemoteOptions& options);
[[nodiscard]] client::Endpoint find_endpoint(const RemoteOptions& options);

// Signed calls over HTTP. kConfiguration without credentials.
[[nodiscard]] base::Result<std::unique_ptr<Backend>> open_remote(const RemoteOptions& options);

}  // namespace livecert::cli
