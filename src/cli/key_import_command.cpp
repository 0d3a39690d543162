#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/key_limit_options.h"
#include "cli/language.h"
#include "cli/session.h"
#include "client/credentials.h"

namespace livecert::cli {
namespace {

struct ImportArguments {
  BackendOptions backend;
  std::string account_id;
  std::string file;
  KeyLimitOptions limits;
};

std::string_view take_line(std::string_view& text) {
  std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Reads JSON as the first start writes it, or two lines: the id, the secret.
std::optional<signature::Credentials> parse_pair(std::string_view text) {
  if (text.starts_with('{')) return client::parse_credentials(text);
  const std::string_view id = take_line(text);
  const std::string_view secret = take_line(text);
  if (id.empty() || secret.empty() || text.find_first_not_of("\r\n") != std::string_view::npos) return std::nullopt;
  return signature::Credentials{std::string(id), base::SecretBytes::copy_of(secret), std::nullopt};
}

// Reads a file that no other user can change; warns if others can read it.
base::Result<base::WipedBuffer> read_pair_file(const std::string& file) {
  if (file == "-") return read_input_file(file);
  TRY_ASSIGN(client::CredentialsFile read, client::read_credentials_file(file));
  if (!read.warning.empty()) print_warning(read.warning);
  return std::move(read.content);
}

base::Result<signature::Credentials> read_pair(const std::string& file) {
  TRY_ASSIGN(const base::WipedBuffer content, read_pair_file(file));
  auto pair = parse_pair(base::as_text(content));
  base::wipe_dead_stack();
  if (pair) return *std::move(pair);
  return base::Error{
      base::ErrorCode::kConfiguration,
      file + tr(" must hold JSON with AccessKeyId and SecretAccessKey, or two lines: the id and the secret",
                " 必须是含 AccessKeyId 与 SecretAccessKey 的 JSON，或两行文本：访问密钥 ID 与密钥")};
}

base::Result<int> import_key(const ImportArguments& arguments) {
  TRY_ASSIGN(const signature::Credentials pair, read_pair(arguments.file));
  JsonWriter json;
  json.text("AccountId", arguments.account_id).text("AccessKeyId", pair.access_key_id);
  json.text("SecretAccessKey", base::as_text(pair.secret.reveal(base::SecretAccess())));
  TRY(arguments.limits.write(json));
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const boost::json::value result, session.call("ImportAccessKey", json.finish()));
  if (arguments.backend.as_json) print_json(result);
  say_done(arguments.backend, pair.access_key_id + tr(" is imported", " 已导入"));
  return 0;
}

}  // namespace

// The secret comes from a file or standard input, never from the command line, which others on the machine can read.
void add_key_import_command(CLI::App& key, Command& chosen, const OpenOffline& open_offline) {
  const auto arguments = std::make_shared<ImportArguments>();
  arguments->backend.open_offline = open_offline;
  CLI::App* command =
      add_command(key, "import", tr("Import an access key that was made elsewhere", "导入已有的访问密钥"), arguments,
                  import_key, chosen);
  command->add_option("account", arguments->account_id, "AccountId")->required();
  command
      ->add_option("file", arguments->file,
                   tr("JSON with AccessKeyId and SecretAccessKey, or two lines with the id and the secret; - is "
                      "standard input",
                      "含 AccessKeyId 与 SecretAccessKey 的 JSON，或两行文本（ID、密钥）；- 表示标准输入"))
      ->required();
  arguments->limits.add_to(*command);
}

}  // namespace livecert::cli
