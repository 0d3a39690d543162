#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/language.h"
#include "cli/session.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

struct DeleteArguments {
  BackendOptions backend;
  std::string account_id;
  bool cascade = false;
  bool yes = false;
};

// What goes with the account, for the person who decides.
void print_deletion_plan(const json::value& plan) {
  std::cerr << tr("With the account ", "随账号 ") << text_of(plan, "AccountId") << " ("
            << printable(text_of(plan, "AccountName")) << tr(") these are deleted:\n", ") 一并删除：\n")
            << to_lines({{tr("certificates", "证书"), text_of(plan, "Certificates")},
                         {tr("domains", "域名"), text_of(plan, "Domains")},
                         {tr("access keys", "访问密钥"), text_of(plan, "AccessKeys")},
                         {tr("projects", "项目"), text_of(plan, "Projects")}})
            << tr("Edges stop serving these domains. Nothing can bring any of it back, but a backup.\n",
                  "接入节点不再为这些域名提供服务。除备份外，无法恢复。\n");
}

bool is_confirmed(const DeleteArguments& arguments) {
  if (arguments.yes) return true;
  std::cerr << tr("Type the account's number to delete it: ", "输入账号 ID 以确认删除：");
  std::string typed;
  return std::getline(std::cin, typed) && typed == arguments.account_id;
}

base::Result<int> remove(const DeleteArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  const auto call = [&](const char* flag) {
    JsonWriter json;
    json.text("AccountId", arguments.account_id);
    if (flag != nullptr) json.flag(flag, true);
    return session.call("DeleteAccount", json.finish());
  };
  if (arguments.cascade) {
    TRY_ASSIGN(const json::value plan, call("DryRun"));
    print_deletion_plan(plan);
    if (!is_confirmed(arguments)) {
      return base::Error{base::ErrorCode::kConfiguration, tr("nothing was deleted", "未删除任何内容")};
    }
  }
  for (;;) {
    TRY_ASSIGN(const json::value result, call(arguments.cascade ? "Cascade" : nullptr));
    if (flag_of(result, "More")) continue;
    if (arguments.backend.as_json) print_json(result);
    break;
  }
  say_done(arguments.backend, tr("account ", "账号 ") + arguments.account_id + tr(" is deleted", " 已删除"));
  return 0;
}

}  // namespace

void add_account_delete_command(CLI::App& account, Command& chosen, const OpenOffline& open_offline) {
  const auto arguments = std::make_shared<DeleteArguments>();
  arguments->backend.open_offline = open_offline;
  CLI::App* command = add_command(account, "delete",
                                  tr("Delete a suspended account that has nothing", "删除已停用且没有任何内容的账号"),
                                  arguments, remove, chosen);
  command->add_option("account", arguments->account_id, "AccountId")->required();
  command->add_flag(
      "--cascade", arguments->cascade,
      tr("Delete what it has, too: shows what that is, and asks", "连同其全部内容删除：先列出内容并询问"));
  command->add_flag("--yes", arguments->yes, tr("Do not ask", "不询问"));
}

}  // namespace livecert::cli
