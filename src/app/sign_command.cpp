#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "api/action.h"
#include "app/commands.h"
#include "app/remote.h"
#include "base/time.h"
#include "http/uri.h"
#include "signature/sign.h"

namespace livecert::app {
namespace {

struct SignArguments {
  RemoteOptions remote;
  std::string action;
  std::string version{api::kLiveVersion};
  std::string body = "{}";
};

// In single quotes, for a POSIX shell.
std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

base::Result<void> sign(const SignArguments& arguments) {
  constexpr std::string_view kContentType = "application/json";
  TRY_ASSIGN(const signature::Credentials credentials, find_credentials(arguments.remote));
  const std::string endpoint = find_endpoint(arguments.remote).url;
  const std::string target =
      "/?Action=" + http::percent_encode(arguments.action) + "&Version=" + http::percent_encode(arguments.version);
  const std::size_t scheme_end = endpoint.find("://");
  if (scheme_end == std::string::npos) {
    return base::Error{base::ErrorCode::kConfiguration,
                       "the endpoint must begin with http:// or https://: " + endpoint};
  }
  const std::string host = endpoint.substr(scheme_end + 3);
  const base::SystemClock clock;
  const http::Headers added = signature::sign({"POST", target, host, kContentType, base::as_bytes(arguments.body)},
                                              credentials, clock.now(), "cn-north-1", "live");
  std::cout << "curl -sS -X POST " << shell_quoted(endpoint + target) << " \\\n  -H "
            << shell_quoted("Content-Type: " + std::string(kContentType));
  for (const http::Header& header : added.fields()) {
    std::cout << " \\\n  -H " << shell_quoted(header.name + ": " + header.value);
  }
  std::cout << " \\\n  --data-binary " << shell_quoted(arguments.body) << "\n";
  return {};
}

}  // namespace

void add_sign_command(CLI::App& root, Command& chosen) {
  auto arguments = std::make_shared<SignArguments>();
  CLI::App* command = root.add_subcommand("sign", "Print a curl command for one signed call, good for 15 minutes");
  command->add_option("action", arguments->action, "Action, such as ListCertV2")->required();
  command->add_option("--api-version", arguments->version, "Version of the action; default 2023-01-01");
  command->add_option("--body", arguments->body, "JSON body; default {}");
  command->add_option("--endpoint", arguments->remote.endpoint, "URL of the service; else LIVECERT_ENDPOINT");
  command->add_option("--credentials", arguments->remote.credentials,
                      "JSON file with AccessKeyId and SecretAccessKey; else VOLC_ACCESSKEY and VOLC_SECRETKEY");
  command->callback([arguments, &chosen] { chosen = [arguments] { return sign(*arguments); }; });
}

}  // namespace livecert::app
