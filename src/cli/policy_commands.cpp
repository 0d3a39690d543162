#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/commands.h"
#include "cli/language.h"
#include "cli/session.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

constexpr int kRefused = 1;

struct PolicyArguments {
  BackendOptions backend;
  std::string name;
  std::string file;
  std::string account_id;
  std::string access_key_id;
  std::string action;
  std::string source;
};

// "AKLT…", or the account's number for a policy that is attached to the whole account.
std::string holder_text(const json::value& holder) {
  const std::string key = text_of(holder, "AccessKeyId");
  if (!key.empty()) return tr("access key ", "访问密钥 ") + key;
  return tr("account ", "账号 ") + text_of(holder, "AccountId");
}

std::string count_text(const json::value& policy) {
  const std::string count = std::to_string(items_of(policy, "AttachedTo").size());
  return flag_of(policy, "More") ? count + "+" : count;
}

std::string kind_text(const json::value& policy) {
  return text_of(policy, "PolicyType") == "System" ? tr("ready", "预设") : tr("own", "自定义");
}

base::Result<int> list(const PolicyArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const json::value result, session.call("ListPolicies", JsonWriter().finish()));
  if (arguments.backend.as_json) {
    print_json(result);
    return 0;
  }
  Table table({tr("Policy", "策略"), tr("Kind", "类型"), tr("Attached", "授权数"), tr("Changed", "更新时间")});
  for (const json::value& policy : items_of(result, "PolicyList")) {
    table.add({text_of(policy, "PolicyName"), kind_text(policy), count_text(policy), text_of(policy, "UpdateTime")});
  }
  std::cout << shown(table);
  return 0;
}

base::Result<int> show(const PolicyArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const json::value result,
             session.call("ListPolicies", JsonWriter().text("PolicyName", arguments.name).finish()));
  if (arguments.backend.as_json) {
    print_json(result);
    return 0;
  }
  for (const json::value& policy : items_of(result, "PolicyList")) {
    json::error_code failure;
    const std::string text = text_of(policy, "PolicyDocument");
    const json::value document = json::parse(text, failure);
    if (failure) {
      std::cout << text << '\n';
    } else {
      print_json(document);
    }
    for (const json::value& holder : items_of(policy, "AttachedTo")) {
      std::cout << tr("attached to ", "已授予 ") << holder_text(holder) << '\n';
    }
    if (flag_of(policy, "More")) std::cout << tr("and to more\n", "以及其他\n");
  }
  return 0;
}

base::Result<int> put(const PolicyArguments& arguments) {
  TRY_ASSIGN(const base::WipedBuffer content, read_input_file(arguments.file));
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter json;
  json.text("PolicyName", arguments.name).text("PolicyDocument", base::as_text(content));
  TRY(session.call("PutPolicy", json.finish()));
  say_done(arguments.backend, tr("policy ", "策略 ") + arguments.name + tr(" is stored", " 已保存"));
  return 0;
}

base::Result<int> remove(const PolicyArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY(session.call("DeletePolicy", JsonWriter().text("PolicyName", arguments.name).finish()));
  say_done(arguments.backend, tr("policy ", "策略 ") + arguments.name + tr(" is deleted", " 已删除"));
  return 0;
}

base::WipedBuffer holder_body(const PolicyArguments& arguments) {
  JsonWriter json;
  json.text("PolicyName", arguments.name).text("AccountId", arguments.account_id);
  json.text("AccessKeyId", arguments.access_key_id);
  return json.finish();
}

base::Result<int> attach(const PolicyArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY(session.call("AttachPolicy", holder_body(arguments)));
  say_done(arguments.backend, tr("policy ", "策略 ") + arguments.name + tr(" is attached", " 已授予"));
  return 0;
}

base::Result<int> detach(const PolicyArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY(session.call("DetachPolicy", holder_body(arguments)));
  say_done(arguments.backend, tr("policy ", "策略 ") + arguments.name + tr(" is detached", " 已解除"));
  return 0;
}

base::Result<int> simulate(const PolicyArguments& arguments) {
  JsonWriter json;
  json.text("AccessKeyId", arguments.access_key_id).text("ActionName", arguments.action);
  json.text("SourceIp", arguments.source);
  if (!arguments.file.empty()) {
    TRY_ASSIGN(const base::WipedBuffer content, read_input_file(arguments.file));
    json.text("PolicyDocument", base::as_text(content));
  }
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const json::value result, session.call("SimulatePolicy", json.finish()));
  const bool is_allowed = flag_of(result, "Allowed");
  if (arguments.backend.as_json) {
    print_json(result);
  } else {
    std::cout << text_of(result, "Action") << ": " << (is_allowed ? tr("allowed", "允许") : tr("refused", "拒绝"))
              << "\n  " << text_of(result, "Why") << '\n';
    const std::string projects = text_of(result, "Projects");
    if (is_allowed && !projects.empty()) std::cout << tr("  only in the projects ", "  仅限项目 ") << projects << '\n';
  }
  return is_allowed ? 0 : kRefused;
}

}  // namespace

void add_policy_commands(CLI::App& root, Command& chosen, const OpenOffline& open_offline) {
  const auto arguments = std::make_shared<PolicyArguments>();
  arguments->backend.open_offline = open_offline;
  CLI::App* group = root.add_subcommand("policy", tr("Policies: what a key may do (root account only)",
                                                     "策略：密钥的权限（仅根账号）"))
                        ->require_subcommand(1);
  const auto add = [&](const char* name, const std::string& help, base::Result<int> (*run)(const PolicyArguments&)) {
    return add_command(*group, name, help, arguments, run, chosen);
  };
  const auto takes_name = [&](CLI::App* command) {
    command->add_option("name", arguments->name, tr("Its name", "名称"))->required();
    return command;
  };
  const auto takes_holder = [&](CLI::App* command) {
    takes_name(command);
    CLI::Option* key = command->add_option("--key", arguments->access_key_id, tr("The access key", "访问密钥"));
    command
        ->add_option("--account", arguments->account_id,
                     tr("The whole account: all its keys", "整个账号，即其全部密钥"))
        ->excludes(key);
  };
  add("list", tr("List all policies", "列出所有策略"), list);
  takes_name(add("show", tr("Show a policy, and what it is attached to", "查看策略及其授权对象"), show));
  takes_name(add("put", tr("Make a policy, or replace it", "创建或替换策略"), put))
      ->add_option("file", arguments->file,
                   tr("The policy in JSON; - is standard input", "JSON 格式的策略；- 表示标准输入"))
      ->required();
  takes_holder(add("attach", tr("Limit a key or an account by a policy", "将策略授予密钥或账号"), attach));
  takes_holder(add("detach", tr("Undo attach", "解除授权"), detach));
  takes_name(add("delete", tr("Delete a policy that is attached to nothing", "删除未授予任何对象的策略"), remove));
  CLI::App* simulation = add("simulate",
                             tr("Tell whether a key may call an action, and why; exit status 0: it may, 1: it may not",
                                "判断密钥能否调用某个操作并说明依据；退出码 0：允许，1：拒绝"),
                             simulate);
  simulation->add_option("key", arguments->access_key_id, "AccessKeyId")->required();
  simulation->add_option("action", arguments->action, tr("Such as DeleteCert", "如 DeleteCert"))->required();
  simulation->add_option("--source", arguments->source,
                         tr("The client's address; yours if it is left out", "客户端地址；默认为本机地址"));
  simulation->add_option("--policy", arguments->file,
                         tr("A policy in JSON to try in place of the key's own; - is standard input",
                            "以此 JSON 策略代替密钥现有的策略；- 表示标准输入"));
}

}  // namespace livecert::cli
