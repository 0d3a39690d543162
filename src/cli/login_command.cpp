#include <array>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/language.h"
#include "cli/profile.h"
#include "cli/remote.h"
#include "cli/session.h"
#include "cli/table.h"
#include "client/credentials.h"

// `login` keeps an endpoint and its key under a name; `whoami` says whose key is used where.
namespace livecert::cli {
namespace {

namespace json = boost::json;

struct LoginArguments {
  BackendOptions backend;
};

// "tenant's key": the words of a session for people.
std::vector<Field> fields_of(const json::value& session) {
  const std::string projects = text_of(session, "Projects");
  return {{tr("account", "账号"),
           text_of(session, "AccountId") + (flag_of(session, "Root") ? tr(" (root)", "（根账号）") : "")},
          {tr("access key", "访问密钥"), text_of(session, "AccessKeyId")},
          {tr("projects", "项目"), projects.empty() ? tr("all", "全部") : projects},
          {tr("service", "服务版本"), "livecert " + text_of(session, "Version")}};
}

base::Error no_key() {
  return {base::ErrorCode::kConfiguration,
          tr("no key was given: name a file with --credentials, or run livecert login on a terminal, which asks",
             "没有给出密钥：请用 --credentials 指定文件，或在终端上运行 livecert login，按提示输入")};
}

// From the file that is named, or typed.
base::Result<signature::Credentials> read_key(const std::string& file) {
  if (!file.empty()) {
    TRY_ASSIGN(client::LoadedCredentials loaded, client::load_credentials_file(file));
    if (!loaded.warning.empty()) print_warning(loaded.warning);
    return std::move(loaded.credentials);
  }
  std::cerr << "AccessKeyId: ";
  std::string id;
  if (!std::getline(std::cin, id) || id.empty()) return no_key();
  auto secret = ask_secret("SecretAccessKey: ");
  if (!secret || secret->empty()) return no_key();
  return signature::Credentials{id, *std::move(secret), std::nullopt};
}

// Nothing is kept before the service has answered to it.
base::Result<int> login(const LoginArguments& arguments) {
  const RemoteOptions& remote = arguments.backend.remote;
  const std::string name = remote.profile.empty() ? kDefaultProfile : remote.profile;
  TRY(profile_file(name));
  TRY_ASSIGN(signature::Credentials key, read_key(remote.credentials));
  Target target{
      find_endpoint(remote), {key.access_key_id, key.secret.clone(base::SecretAccess()), key.session_token}, name};
  Profile profile{target.endpoint.url, target.endpoint.ca_file, std::move(key)};
  Session session(open_remote(std::move(target)));
  TRY_ASSIGN(const json::value answer, session.call("GetSession", JsonWriter().finish()));
  TRY_ASSIGN(const auto file, save_profile(name, profile));
  if (arguments.backend.as_json) {
    print_json(answer);
  } else {
    std::cout << to_lines(fields_of(answer)) << tr("kept in ", "已保存到 ") << file.string() << "\n";
  }
  return 0;
}

base::Result<int> whoami(const LoginArguments& arguments) {
  TRY_ASSIGN(Target target, find_target(arguments.backend.remote));
  const std::string endpoint = target.endpoint.url;
  const std::string profile = target.profile;
  Session session(open_remote(std::move(target)));
  TRY_ASSIGN(const json::value answer, session.call("GetSession", JsonWriter().finish()));
  if (arguments.backend.as_json) {
    print_json(answer);
    return 0;
  }
  std::vector<Field> fields = fields_of(answer);
  fields.push_back({tr("endpoint", "服务地址"), endpoint});
  fields.push_back({tr("profile", "配置档"), profile});
  std::cout << to_lines(fields);
  return 0;
}

}  // namespace

void add_login_commands(CLI::App& root, Command& chosen) {
  const auto arguments = std::make_shared<LoginArguments>();
  add_command(
      root, "login",
      tr("Keep the endpoint, its CA and a key in a profile, once the service has accepted the key. Asks for the "
         "key on the terminal unless --credentials names a file",
         "在服务接受密钥后，将服务地址、CA 与密钥保存为配置档。除非用 --credentials 指定文件，否则在终端上询问密钥"),
      arguments, login, chosen);
  add_command(root, "whoami", tr("Show whose key is used, and where", "查看当前使用的密钥属于谁、访问哪个服务"),
              arguments, whoami, chosen);
}

}  // namespace livecert::cli
