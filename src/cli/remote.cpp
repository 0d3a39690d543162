#include "cli/remote.h"

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"
#include "cli/command_output.h"
#include "cli/hints.h"
#include "cli/language.h"
#include "cli/profile.h"
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
      : client_(std::move(endpoint), std::move(credentials), clock_, {.language = std::string(language_tag())}) {}

  [[nodiscard]] base::Result<http::Response> call(std::string_view action, std::string_view version,
                                                  base::ByteView json_body) override {
    auto answer = client_.call(action, version, json_body);
    if (answer) return answer;
    base::Error error = std::move(answer).error();
    const std::string hint = hint_without_answer(error.message);
    if (!hint.empty()) error.message += "\n  " + hint;
    return error;
  }

  [[nodiscard]] bool was_changed_on_the_way() const override { return client_.was_changed_on_the_way(); }

 private:
  base::SystemClock clock_;
  client::Client client_;
};

}  // namespace

namespace {

constexpr const char* kLocal = "http://127.0.0.1:8080";

std::string without_slashes(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

base::Result<signature::Credentials> read_credentials(const std::string& file) {
  TRY_ASSIGN(client::LoadedCredentials loaded, client::load_credentials_file(file));
  if (!loaded.warning.empty()) print_warning(loaded.warning);
  return std::move(loaded.credentials);
}

// The profile that somebody named; it must be there.
base::Result<Profile> named_profile(const std::string& name) {
  TRY_ASSIGN(auto found, load_profile(name));
  if (found) return *std::move(found);
  return base::Error{base::ErrorCode::kConfiguration,
                     tr("there is no profile named ", "没有名为此的配置档：") + name +
                         tr(". Make it: livecert login --profile ", "。请先创建：livecert login --profile ") + name};
}

// The credentials of the file, or else, if they may come from there, of the environment; nullopt if there are none.
base::Result<std::optional<signature::Credentials>> given_credentials(const std::string& file, bool or_environment) {
  if (!file.empty()) {
    TRY_ASSIGN(signature::Credentials credentials, read_credentials(file));
    return std::optional<signature::Credentials>(std::move(credentials));
  }
  return or_environment ? client::credentials_from_environment() : std::nullopt;
}

// What the options leave open comes from the profile.
client::Endpoint at_profile(const RemoteOptions& options, const Profile& profile) {
  std::string url = options.endpoint.empty() ? profile.endpoint : options.endpoint;
  if (url.empty()) url = kLocal;
  return {without_slashes(std::move(url)), options.ca_file.empty() ? profile.ca_file : options.ca_file,
          options.insecure_http};
}

}  // namespace

client::Endpoint find_endpoint(const RemoteOptions& options) {
  return {without_slashes(or_environment(options.endpoint, "LIVECERT_ENDPOINT", kLocal)),
          or_environment(options.ca_file, "LIVECERT_CA_FILE", ""), options.insecure_http};
}

base::Result<Target> find_target(const RemoteOptions& options) {
  const std::string name = or_environment(options.profile, "LIVECERT_PROFILE", "");
  if (!name.empty()) {
    TRY_ASSIGN(Profile profile, named_profile(name));
    TRY_ASSIGN(auto credentials, given_credentials(options.credentials, false));
    Target target{at_profile(options, profile), {}, credentials ? "" : name};
    target.credentials = credentials ? *std::move(credentials) : std::move(profile.credentials);
    return target;
  }
  TRY_ASSIGN(auto credentials,
             given_credentials(or_environment(options.credentials, "LIVECERT_CREDENTIALS", ""), true));
  if (credentials) return Target{find_endpoint(options), *std::move(credentials), ""};
  TRY_ASSIGN(auto profile, load_profile(kDefaultProfile));
  if (profile) {
    RemoteOptions from_environment = options;
    from_environment.endpoint = or_environment(options.endpoint, "LIVECERT_ENDPOINT", "");
    from_environment.ca_file = or_environment(options.ca_file, "LIVECERT_CA_FILE", "");
    return Target{at_profile(from_environment, *profile), std::move(profile->credentials), kDefaultProfile};
  }
  return base::Error{base::ErrorCode::kConfiguration,
                     tr("no credentials: livecert login keeps them; or set VOLC_ACCESSKEY and VOLC_SECRETKEY, or name "
                        "a file with --credentials or LIVECERT_CREDENTIALS",
                        "没有凭证：可用 livecert login 保存，或设置 VOLC_ACCESSKEY 与 VOLC_SECRETKEY，或用 "
                        "--credentials、LIVECERT_CREDENTIALS 指定文件")};
}

base::Result<std::unique_ptr<Backend>> open_remote(const RemoteOptions& options) {
  TRY_ASSIGN(Target target, find_target(options));
  return open_remote(std::move(target));
}

std::unique_ptr<Backend> open_remote(Target target) {
  return std::make_unique<Remote>(std::move(target.endpoint), std::move(target.credentials));
}

}  // namespace livecert::cli
