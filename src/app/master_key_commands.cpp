#include "app/master_key_commands.h"

#include <algorithm>
#include <fcntl.h>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <utility>

#include "app/configuration_error.h"
#include "app/data_files.h"
#include "app/master_key_source.h"
#include "app/store_place.h"
#include "base/owned_descriptor.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/language.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/table.h"
#include "crypto/random.h"

namespace livecert::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using cli::tr;

struct MasterKeyArguments {
  cli::BackendOptions backend;
  StorePlace place;  // of the file, for add
  std::string id;
};

// The file keeps its place, owner and mode: it may be the service's own, while root changes it.
base::Result<void> replace_file(const fs::path& file, const vault::MasterKeys& keys) {
  struct stat facts {};
  std::error_code failure;
  const fs::path place = fs::canonical(file, failure);
  if (failure || ::stat(place.c_str(), &facts) != 0) {
    return configuration_error(file.string() + tr(" cannot be read", " 无法读取"));
  }
  TRY(write_aside(place, vault::master_keys_text(keys), FileOwner{facts.st_uid, facts.st_gid}));
  if (::chmod(aside_name(place).c_str(), facts.st_mode & (S_IRUSR | S_IWUSR | S_IRGRP)) != 0) {
    return configuration_error(file.string() + tr(" cannot be written", " 无法写入"));
  }
  return put_in_place(place);
}

// While it is held, no other command changes the file: each reads it, and puts another one in its place.
base::Result<base::OwnedDescriptor> lock_folder_of(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  base::OwnedDescriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.is_open() || ::flock(lock.get(), LOCK_EX) != 0) {
    return configuration_error(folder.string() + tr(" cannot be locked", " 无法加锁"));
  }
  return lock;
}

base::Result<int> run_add(const MasterKeyArguments& arguments) {
  TRY_ASSIGN(const Config config, config_of(arguments.place));
  const fs::path file = master_key_file(config);
  if (!lasts_beside_master_key(config)) {
    return configuration_error(file.string() +
                               tr(" is a credential, which systemd makes again at each start: name the file that it "
                                  "is made from with --master-key",
                                  " 是 systemd 每次启动时重新生成的凭据：请用 --master-key 指定其来源文件"));
  }
  TRY_ASSIGN(const base::OwnedDescriptor lock, lock_folder_of(file));
  TRY_ASSIGN(vault::MasterKeys keys, vault::read_master_keys(file));
  crypto::SystemRandom random;
  keys.push_back(vault::make_master_key(random));
  TRY(replace_file(file, keys));
  std::cout << tr("made the master key ", "已生成主密钥 ") << vault::master_key_id(keys.back()) << tr(" in ", "，位于 ")
            << file.string() << "\n"
            << tr("Copy the file to where you keep it apart from the data directory. A service that reads it as a "
                  "credential must be restarted (systemctl restart livecert). Then run: livecert master-key rotate\n",
                  "请把该文件另存到数据目录之外的地方。以 systemd 凭据读取它的服务需要重启（systemctl restart "
                  "livecert），然后执行：livecert master-key rotate\n");
  return 0;
}

base::Result<int> run_list(const MasterKeyArguments& arguments) {
  TRY_ASSIGN(cli::Session session, cli::Session::open(arguments.backend));
  TRY_ASSIGN(const json::value result, session.call("ListMasterKeys", cli::JsonWriter().finish()));
  if (arguments.backend.as_json) {
    cli::print_json(result);
    return 0;
  }
  cli::Table table({"MasterKeyId", "State", "Items", "Held", "AddTime"});
  for (const json::value& item : cli::items_of(result, "MasterKeyList")) {
    table.add({cli::text_of(item, "MasterKeyId"), cli::text_of(item, "State"), cli::text_of(item, "Items"),
               cli::text_of(item, "Held"), cli::text_of(item, "AddTime")});
  }
  std::cout << cli::shown(table);
  return 0;
}

base::Result<int> run_rotate(const MasterKeyArguments& arguments) {
  TRY_ASSIGN(cli::Session session, cli::Session::open(arguments.backend));
  std::optional<json::value> last;
  {
    cli::Progress progress(tr("sealed again:", "已重新加密："), arguments.backend.as_json);
    for (;;) {
      TRY_ASSIGN(json::value result, session.call("RotateMasterKey", cli::JsonWriter().finish()));
      const std::int64_t left = result.at("Left").as_int64();
      const std::int64_t total = result.at("Total").as_int64();
      last = std::move(result);
      progress.show(total - left, total);
      if (left == 0) break;
    }
  }
  if (arguments.backend.as_json) {
    cli::print_json(*last);
    return 0;
  }
  std::cout << tr("everything is sealed under the master key ", "全部内容已改用主密钥 ")
            << cli::text_of(*last, "MasterKeyId") << tr(": ", " 加密：") << cli::text_of(*last, "Total")
            << tr(" items. Make a backup, then retire the former key: livecert master-key list\n",
                  " 项。请先备份，再停用旧密钥：livecert master-key list\n");
  return 0;
}

// Takes the line of a retired key out of the file, where this user may write it.
base::Result<bool> remove_line(const Config& config, const std::string& id) {
  const fs::path file = master_key_file(config);
  if (!lasts_beside_master_key(config)) return false;
  const auto lock = lock_folder_of(file);
  if (!lock) return false;
  auto keys = vault::read_master_keys(file);
  if (!keys) return false;
  if (std::erase_if(*keys, [&](const base::SecretBytes& key) { return vault::master_key_id(key) == id; }) == 0) {
    return true;
  }
  // Then it is a copy from before the rotation, and not the file of the service.
  if (keys->empty()) return false;
  return replace_file(file, *keys).has_value();
}

base::Result<int> run_retire(const MasterKeyArguments& arguments) {
  {
    TRY_ASSIGN(cli::Session session, cli::Session::open(arguments.backend));
    cli::JsonWriter json;
    json.text("MasterKeyId", arguments.id);
    TRY(session.call("RetireMasterKey", json.finish()));
  }
  StorePlace place;
  place.data_dir = arguments.backend.offline.string();
  place.master_key = arguments.backend.master_key.string();
  TRY_ASSIGN(const Config config, config_of(place));
  TRY_ASSIGN(const bool removed, remove_line(config, arguments.id));
  cli::say_done(arguments.backend,
                tr("the master key ", "主密钥 ") + arguments.id +
                    (removed ? tr(" is retired, and its line is no longer in ", " 已停用，并已从文件中删去：") +
                                   master_key_file(config).string()
                             : tr(" is retired. Delete its line in the file of the master keys, with an editor as root",
                                  " 已停用。请以 root 身份用编辑器从主密钥文件中删去对应的行")));
  return 0;
}

}  // namespace

void add_master_key_commands(CLI::App& root, cli::Command& chosen, const cli::OpenOffline& open_offline) {
  CLI::App* group = root.add_subcommand("master-key", tr("The master keys, which wrap the keys of all accounts (root "
                                                         "account only)",
                                                         "主密钥，用于加密所有账号的密钥（仅根账号）"))
                        ->require_subcommand(1);
  const auto add = std::make_shared<MasterKeyArguments>();
  CLI::App* command = group->add_subcommand("add", tr("Make another master key in the file, on the service's machine",
                                                      "在服务所在机器的主密钥文件中生成一个新主密钥"));
  add_place(*command, add->place);
  command->callback([add, &chosen] { chosen = [add] { return run_add(*add); }; });

  const auto arguments = std::make_shared<MasterKeyArguments>();
  arguments->backend.open_offline = open_offline;
  const auto add_call = [&](const char* name, const std::string& help,
                            base::Result<int> (*run)(const MasterKeyArguments&)) {
    CLI::App* call = group->add_subcommand(name, help);
    arguments->backend.add_to(*call);
    call->callback([arguments, run, &chosen] { chosen = [arguments, run] { return run(*arguments); }; });
    return call;
  };
  add_call("list", tr("List the master keys, and how much each still seals", "列出主密钥及其各自加密的条目数"),
           run_list);
  add_call("rotate",
           tr("Seal everything under the newest key while the service runs; after a stop, run it again",
              "在服务运行期间改用最新的主密钥重新加密；中断后再次执行即可继续"),
           run_rotate);
  add_call("retire", tr("Give up a key that seals nothing any more", "停用不再加密任何内容的主密钥"), run_retire)
      ->add_option("key", arguments->id, "MasterKeyId")
      ->required();
}

}  // namespace livecert::app
