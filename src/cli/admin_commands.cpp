#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/backend_options.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/commands.h"
#include "cli/key_limit_options.h"
#include "cli/language.h"
#include "cli/session.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

struct AdminArguments {
  BackendOptions backend;
  std::string account_name;
  std::string account_id;
  std::string access_key_id;
  std::string project;
  std::vector<std::string> projects;
  KeyLimitOptions limits;
};

// The lists among the answers: the member that holds each one, and the members of its items that a table shows.
struct List {
  std::string_view member;
  std::vector<std::string_view> columns;
};
const List kLists[]{
    {"AccountList", {"AccountId", "AccountName", "Status", "Root", "Policies", "CreateTime"}},
    {"AccessKeyList",
     {"AccessKeyId", "Status", "Projects", "Domains", "Policies", "ExpireTime", "LastUseTime", "CreateTime"}},
    {"ProjectList", {"ProjectName", "AccountId", "CreateTime"}},
};

void print_list(const List& list, const json::value& result) {
  Table table({list.columns.begin(), list.columns.end()});
  for (const json::value& item : items_of(result, list.member)) {
    std::vector<std::string> row;
    row.reserve(list.columns.size());
    for (const std::string_view column : list.columns) row.push_back(text_of(item, column));
    table.add(std::move(row));
  }
  std::cout << shown(table);
}

void print_for_people(const json::value& result) {
  if (result.is_null()) {
    std::cout << tr("done\n", "完成\n");
    return;
  }
  for (const List& list : kLists) {
    if (result.get_object().contains(json::string_view(list.member.data(), list.member.size()))) {
      return print_list(list, result);
    }
  }
  std::vector<Field> fields;
  for (const auto& member : result.get_object())
    fields.push_back({std::string(member.key()), text_of(result, member.key())});
  std::cout << to_lines(fields);
}

base::Result<int> perform(const AdminArguments& arguments, std::string_view action) {
  JsonWriter json;
  json.text("AccountName", arguments.account_name).text("AccountId", arguments.account_id);
  json.text("AccessKeyId", arguments.access_key_id).text("ProjectName", arguments.project);
  TRY(arguments.limits.write(json));
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const json::value result, session.call(action, json.finish()));
  if (arguments.backend.as_json) {
    print_json(result);
  } else {
    print_for_people(result);
  }
  return 0;
}

}  // namespace

void add_admin_commands(CLI::App& root, Command& chosen, const OpenOffline& open_offline) {
  const auto arguments = std::make_shared<AdminArguments>();
  arguments->backend.open_offline = open_offline;
  const auto add_group = [&](const char* name, const std::string& help) {
    return root.add_subcommand(name, help)->require_subcommand(1);
  };
  CLI::App* account = add_group("account", tr("Accounts (root account only)", "账号（仅根账号）"));
  CLI::App* key = add_group("key", tr("Access keys (root account only)", "访问密钥（仅根账号）"));
  CLI::App* project = add_group("project", tr("Projects (root account only)", "项目（仅根账号）"));
  const auto add = [&](CLI::App* group, const char* name, const std::string& help, const char* action) {
    CLI::App* command = group->add_subcommand(name, help);
    arguments->backend.add_to(*command);
    command->callback(
        [arguments, action, &chosen] { chosen = [arguments, action] { return perform(*arguments, action); }; });
    return command;
  };
  const auto takes_account = [&](CLI::App* command) {
    command->add_option("account", arguments->account_id, "AccountId")->required();
    return command;
  };
  const std::string its_name = tr("Its name", "名称");

  add(account, "add", tr("Make an account", "创建账号"), "CreateAccount")
      ->add_option("name", arguments->account_name, its_name)
      ->required();
  takes_account(
      add(account, "suspend", tr("Refuse all calls of this account", "停用账号，拒绝其一切请求"), "SuspendAccount"));
  takes_account(add(account, "activate", tr("Undo a suspension", "恢复账号"), "ActivateAccount"));
  add_account_delete_command(*account, chosen, open_offline);
  add(account, "list", tr("List all accounts", "列出所有账号"), "ListAccounts");

  arguments->limits.add_to(*takes_account(
      add(key, "add", tr("Make an access key; only this call shows its secret", "创建访问密钥；密钥只显示这一次"),
          "CreateAccessKey")));
  add_key_import_command(*key, chosen, open_offline);
  add_key_rotate_command(*key, chosen);
  add(key, "disable", tr("Refuse this key from now on", "停用密钥"), "DisableAccessKey")
      ->add_option("key", arguments->access_key_id, "AccessKeyId")
      ->required();
  add(key, "enable", tr("Accept a disabled key again", "重新启用密钥"), "EnableAccessKey")
      ->add_option("key", arguments->access_key_id, "AccessKeyId")
      ->required();
  add(key, "delete", tr("Delete a disabled key", "删除已停用的密钥"), "DeleteAccessKey")
      ->add_option("key", arguments->access_key_id, "AccessKeyId")
      ->required();
  takes_account(add(key, "list", tr("List an account's keys", "列出账号的密钥"), "ListAccessKeys"));

  takes_account(add(project, "add", tr("Make a project", "创建项目"), "CreateProject"))
      ->add_option("name", arguments->project, its_name)
      ->required();
  takes_account(add(project, "delete",
                    tr("Delete a project without certificates, domains and keys", "删除没有证书、域名和密钥的项目"),
                    "DeleteProject"))
      ->add_option("name", arguments->project, its_name)
      ->required();
  takes_account(add(project, "list", tr("List an account's projects", "列出账号的项目"), "ListProjects"));
}

}  // namespace livecert::cli
