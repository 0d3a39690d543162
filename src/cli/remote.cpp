#include "cli/remote.h"

#include <cstdlib>
#include <utility>

#include "base/time.h"
#include "cli/command_output.h"
#include "cli/hints.h"
#include "client/client.h"
#include "client/credentials.h"

namespace livecert::cli {
namespace {

std::string or_environment(const std::string& value, const char* name, const char* otherwise) {
  if (!value.empty()) return value;
  const char* found = std::getenv(name);
  return found == nullptr || *found == '\0' ? otherwise : found;
}

class Remote final : public Backend {
 public:
  Remote(client::Endpoint endpoint, signature::Credentials credentials)
      : client_(std::move(endpoint), std::move(credentials), clock_) {}

  [[nodiscard]] base::Result<http::Response> call(std::string_view action, std::string_view version,
                                                  base::ByteView json_body) override {
    auto answer = client_.call(action, version, json_body);
    if (answer) return answer;
    base::Error error = std::move(answer).error();
    const std::string hint = hint_without_answer(error.message);
    if (!hint.empty()) error.message += "\n  " + hint;
    return error;
  }

 private:
  base::SystemClock clock_;
  client::Client client_;
};

}  // namespace

base::Result<signature::Credentials> find_credentials(const RemoteOptions& options) {
  const std::string file = or_environment(options.credentials, "LIVECERT_CREDENTIALS", "");
  if (!file.empty()) {
    TRY_ASSIGN(client::LoadedCredentials loaded, client::load_credentials_file(file));
    if (!loaded.warning.empty()) print_warning(loaded.warning);
    return std::move(loaded.credentials);
  }
  if (auto credentials = client::credentials_from_environment()) return *std::move(credentials);
  return base::Error{base::ErrorCode::kConfiguration,
                     "no credentials: set VOLC_ACCESSKEY and VOLC_SECRETKEY, or name a file with --credentials or "
                     "LIVECERT_CREDENTIALS"};
}

client::Endpoint find_endpoint(const RemoteOptions& options) {
  std::string url = or_environment(options.endpoint, "LIVECERT_ENDPOINT", "http://127.0.0.1:8080");
  while (url.ends_with('/')) url.pop_back();
  return {std::move(url), or_environment(options.ca_file, "LIVECERT_CA_FILE", ""), options.insecure_http};
}

base::Result<std::unique_ptr<Backend>> open_remote(const RemoteOptions& options) {
  TRY_ASSIGN(signature::Credentials credentials, find_credentials(options));
  return std::unique_ptr<Backend>(std::make_unique<Remote>(find_endpoint(options), std::move(credentials)));
}

}  // namespace livecert::cli
