#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "base/time.h"
#include "cli/backend_options.h"
#include "cli/command_input.h"
#include "cli/commands.h"
#include "cli/language.h"
#include "cli/remote.h"
#include "cli/session.h"
#include "http/uri.h"
#include "signature/sign.h"

namespace livecert::cli {
namespace {

struct SignArguments {
  RemoteOptions remote;
  std::string action;
  std::string version;  // empty: found by the action's name
  std::string body = "{}";
};

// The body to sign, and curl's argument for it: a body from a file stays in its file, since it may hold a private key.
struct Body {
  base::WipedBuffer content;
  std::string argument;
};

// Puts the text in single quotes, for a POSIX shell.
std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

base::Result<Body> read_body(const std::string& word) {
  Body body;
  if (word.starts_with('@')) {
    TRY_ASSIGN(body.content, read_input_file(word.substr(1)));
    body.argument = shell_quoted(word);
    return body;
  }
  if (word == "-") {
    TRY_ASSIGN(body.content, read_input_file(word));
  } else {
    body.content.assign(word.begin(), word.end());
  }
  body.argument = shell_quoted(std::string(base::as_text(body.content)));
  return body;
}

base::Result<int> sign(const SignArguments& arguments) {
  constexpr std::string_view kContentType = "application/json";
  TRY_ASSIGN(const Target to, find_target(arguments.remote));
  TRY_ASSIGN(const Body body, read_body(arguments.body));
  const client::Endpoint& endpoint = to.endpoint;
  TRY_ASSIGN(const client::Origin origin, client::parse_endpoint(endpoint.url));
  // The address of another name is known only when curl looks it up.
  const bool stays_here = !origin.is_https && !endpoint.insecure_http;
  if (stays_here && !origin.names_loopback) return client::plain_http_refused(endpoint.url);
  const std::string version = arguments.version.empty() ? std::string(version_of(arguments.action)) : arguments.version;
  const std::string target =
      "/?Action=" + http::percent_encode(arguments.action) + "&Version=" + http::percent_encode(version);
  const base::SystemClock clock;
  const http::Headers added = signature::sign({"POST", target, origin.host, kContentType, body.content}, to.credentials,
                                              clock.now(), "cn-north-1", service_of(arguments.action));
  std::cout << "curl -sS " << (stays_here ? "--noproxy '*' " : "")
            << (origin.is_https && !endpoint.ca_file.empty() ? "--cacert " + shell_quoted(endpoint.ca_file) + " " : "")
            << "-X POST " << shell_quoted(origin.url + target) << " \\\n  -H "
            << shell_quoted("Content-Type: " + std::string(kContentType));
  for (const http::Header& header : added.fields()) {
    std::cout << " \\\n  -H " << shell_quoted(header.name + ": " + header.value);
  }
  std::cout << " \\\n  --data-binary " << body.argument << "\n";
  return 0;
}

}  // namespace

void add_sign_command(CLI::App& root, Command& chosen) {
  auto arguments = std::make_shared<SignArguments>();
  CLI::App* command = root.add_subcommand("sign", tr("Print a curl command for one signed call, valid for 15 minutes",
                                                     "打印一条已签名的 curl 命令，15 分钟内有效"));
  command->add_option("action", arguments->action, tr("Action, such as ListCertV2", "接口名，如 ListCertV2"))
      ->required();
  command->add_option("--api-version", arguments->version,
                      tr("Version of the action; default: found by its name", "接口版本；默认按接口名确定"));
  command->add_option(
      "--body", arguments->body,
      tr("JSON body, @FILE or - for standard input; default {}", "JSON 请求体、@文件，或 - 表示标准输入；默认 {}"));
  add_remote(*command, arguments->remote);
  command->callback([arguments, &chosen] { chosen = [arguments] { return sign(*arguments); }; });
}

}  // namespace livecert::cli
