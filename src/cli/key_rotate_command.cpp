#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/language.h"
#include "cli/private_file.h"
#include "cli/remote.h"
#include "cli/session.h"
#include "client/credentials.h"

// `key rotate` replaces the key in a file by a new one of the same account. At every moment the file holds a key that
// works: the former one is disabled last.
namespace livecert::cli {
namespace {

namespace json = boost::json;

struct RotateArguments {
  BackendOptions backend;
  std::string file;
};

base::Error file_unusable(std::string why) {
  return {base::ErrorCode::kConfiguration, std::move(why)};
}

Session session_with(const RotateArguments& arguments, const signature::Credentials& key) {
  const RemoteOptions& remote = arguments.backend.remote;
  return Session(open_remote(
      Target{find_endpoint(remote), {key.access_key_id, key.secret.clone(base::SecretAccess()), std::nullopt}, ""}));
}

// The key as the service lists it.
base::Result<json::value> find_listed(Session& session, const std::string& account, const std::string& key) {
  TRY_ASSIGN(const json::value keys, session.call("ListAccessKeys", JsonWriter().text("AccountId", account).finish()));
  for (const json::value& item : items_of(keys, "AccessKeyList")) {
    if (text_of(item, "AccessKeyId") == key) return item;
  }
  return file_unusable(key + tr(" is not among the account's keys", " 不在该账号的密钥之中"));
}

// A new key without an end, which has the policies of the former one before anybody can use it.
base::Result<signature::Credentials> make_key(Session& session, const std::string& account, const json::value& former) {
  TRY_ASSIGN(const json::value made, session.call("CreateAccessKey", JsonWriter().text("AccountId", account).finish()));
  signature::Credentials key{text_of(made, "AccessKeyId"), base::SecretBytes::copy_of(text_of(made, "SecretAccessKey")),
                             std::nullopt};
  for (const json::value& policy : items_of(former, "Policies")) {
    JsonWriter attach;
    attach.text("PolicyName", std::string_view(policy.as_string())).text("AccessKeyId", key.access_key_id);
    TRY(session.call("AttachPolicy", attach.finish()));
  }
  return key;
}

base::WipedBuffer to_text(const signature::Credentials& key) {
  JsonWriter text;
  text.text("AccessKeyId", key.access_key_id);
  text.text("SecretAccessKey", base::as_text(key.secret.reveal(base::SecretAccess())));
  return text.finish();
}

base::Result<int> rotate(const RotateArguments& arguments) {
  TRY_ASSIGN(client::LoadedCredentials loaded, client::load_credentials_file(arguments.file));
  if (!loaded.warning.empty()) print_warning(loaded.warning);
  const signature::Credentials& former = loaded.credentials;
  if (former.session_token) {
    return file_unusable(arguments.file +
                         tr(" holds a temporary key, which ends by itself", " 中是临时密钥，到期自动失效"));
  }
  Session as_former = session_with(arguments, former);
  TRY_ASSIGN(const json::value who, as_former.call("GetSession", JsonWriter().finish()));
  const std::string account = text_of(who, "AccountId");
  TRY_ASSIGN(const json::value listed, find_listed(as_former, account, former.access_key_id));
  TRY_ASSIGN(const signature::Credentials key, make_key(as_former, account, listed));

  // Nothing is replaced before the service has answered to the new key.
  Session as_new = session_with(arguments, key);
  TRY(as_new.call("GetSession", JsonWriter().finish()));
  TRY(write_private(arguments.file, to_text(key)));
  TRY(as_new.call("DisableAccessKey", JsonWriter().text("AccessKeyId", former.access_key_id).finish()));
  if (arguments.backend.as_json) {
    print_json(json::object{{"AccessKeyId", key.access_key_id}, {"FormerAccessKeyId", former.access_key_id}});
    return 0;
  }
  std::cout << arguments.file << tr(" holds the new key ", " 现为新密钥 ") << key.access_key_id << "\n"
            << former.access_key_id
            << tr(" is disabled. When nothing misses it: livecert key delete ",
                  " 已停用。确认无人使用后：livecert key delete ")
            << former.access_key_id << "\n";
  return 0;
}

}  // namespace

void add_key_rotate_command(CLI::App& key, Command& chosen) {
  const auto arguments = std::make_shared<RotateArguments>();
  CLI::App* command = add_command(
      key, "rotate",
      tr("Replace the root account's key in a file: make a new one, prove it, write it there, disable the former one",
         "更换文件中的根账号密钥：创建新密钥，验证可用，写入文件，停用旧密钥"),
      arguments, rotate, chosen);
  command
      ->add_option("file", arguments->file,
                   tr("The file with the key, such as credentials.json of the data directory",
                      "保存密钥的文件，如数据目录中的 credentials.json"))
      ->required();
}

}  // namespace livecert::cli
