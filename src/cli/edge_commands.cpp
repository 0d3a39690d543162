#include <algorithm>
#include <iostream>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/edge_kinds.h"
#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/language.h"
#include "cli/session.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

constexpr int kFailing = 2;  // exit status of `edge status` while any edge fails

// A member of the edge that is added, as the words of the command give it.
struct GivenMember {
  api::EdgeMember member;
  std::string text = {};
  std::vector<std::string> list = {};
  bool flag = false;
};

struct EdgeArguments {
  BackendOptions backend;
  std::string name;                // of the edge that is deleted
  std::list<GivenMember> members;  // stays where it is: the parser writes into it
  bool only_failing = false;
  bool withdraw = false;
};

base::Result<int> add(const EdgeArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter json;
  for (const GivenMember& given : arguments.members) {
    const std::string& name = given.member.wire_name;
    json.text(name, given.text).strings(name, given.list);
    if (given.flag) json.flag(name, true);
  }
  TRY(session.call("CreateEdge", json.finish()));
  say_done(arguments.backend, arguments.members.front().text + tr(" is added", " 已添加"));
  return 0;
}

base::Result<int> remove(const EdgeArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter json;
  json.text("Name", arguments.name);
  if (arguments.withdraw) json.flag("Withdraw", true);
  TRY(session.call("DeleteEdge", json.finish()));
  say_done(arguments.backend,
           arguments.name + (arguments.withdraw
                                 ? tr(" is deleted, and its files are taken back", " 已删除，其文件已移除")
                                 : tr(" is deleted; its files are left unchanged", " 已删除；其文件保持不变")));
  return 0;
}

bool is_troubled(const json::value& item) {
  return !text_of(item, "Trouble").empty();
}

// Nothing fails there, so this is no trouble; but nobody can renew what is served.
void print_suspended(const json::value& edge) {
  for (const json::value& account : items_of(edge, "Suspended")) {
    std::cout << text_of(edge, "Name") << tr(": the account is suspended: ", "：账号已停用：")
              << text_of(account, "AccountId") << " (" << printable(text_of(account, "AccountName")) << "), "
              << text_of(account, "Domains")
              << tr(" domains are served as they were bound, and cannot be changed\n",
                    " 个域名仍按原有绑定出示，无法改动\n");
  }
}

base::Result<int> status(const EdgeArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const json::value result, session.call("ListEdges", JsonWriter().finish()));
  if (arguments.backend.as_json) {
    print_json(result);
    return std::ranges::any_of(items_of(result, "EdgeList"), is_troubled) ? kFailing : 0;
  }
  const auto has_node = [](const json::value& item) { return !text_of(item, "Node").empty(); };
  // With one process there is nothing to tell apart.
  const bool has_nodes = std::ranges::any_of(items_of(result, "EdgeList"), has_node);
  std::vector<std::string> heads{tr("EDGE", "接入节点"),       tr("KIND", "类型"),     tr("LISTENS", "监听地址"),
                                 tr("WANTED", "应启用"),       tr("PROVED", "已验证"), tr("FAILING", "失败"),
                                 tr("LAST PROOF", "最近验证"), tr("TROUBLE", "故障")};
  if (has_nodes) heads.insert(heads.begin() + 2, tr("NODE", "所在机器"));
  Table table(std::move(heads));
  bool is_failing = false;
  for (const json::value& item : items_of(result, "EdgeList")) {
    const bool has_trouble = is_troubled(item);
    is_failing = is_failing || has_trouble;
    if (arguments.only_failing && !has_trouble) continue;
    std::vector<std::string> cells{text_of(item, "Name"),     text_of(item, "Kind"),   text_of(item, "Listen"),
                                   text_of(item, "Wanted"),   text_of(item, "Proved"), text_of(item, "Failing"),
                                   text_of(item, "ProvedAt"), text_of(item, "Trouble")};
    if (has_nodes) cells.insert(cells.begin() + 2, text_of(item, "Node"));
    table.add(std::move(cells), has_trouble ? Tone::kTrouble : Tone::kPlain);
  }
  if (table.empty() && arguments.only_failing) return 0;
  if (table.empty()) {
    std::cout << tr("no edges: docs/edges.md says how to declare one\n", "没有接入节点：请参阅 docs/edges.zh-CN.md\n");
  } else {
    std::cout << shown(table);
  }
  for (const json::value& item : items_of(result, "EdgeList")) print_suspended(item);
  return is_failing ? kFailing : 0;
}

// "Mode of the files (nginx, haproxy, srs, files; default 0400)".
std::string help_of(const api::EdgeMember& member) {
  std::string more;
  if (!member.is_for_all) more += member.kinds(tr(", ", "、"));
  if (!member.default_text.empty() && !member.is_required && !member.is_flag) {
    more += (more.empty() ? "" : tr("; ", "；")) + tr("default ", "默认 ") + member.default_text;
  }
  if (member.is_list)
    more += (more.empty() ? "" : tr("; ", "；")) + tr("may be repeated; default: all", "可重复；默认为全部");
  return more.empty() ? tr(member.help) : tr(member.help) + tr(" (", "（") + more + tr(")", "）");
}

// `name`, `--proxy-protocol`, and `--domain` for each element of `domains`.
std::string option_of(const api::EdgeMember& member) {
  std::string option(member.name);
  if (member.is_for_all && member.is_required) return option;
  if (member.is_list && option.ends_with('s')) option.pop_back();
  std::ranges::replace(option, '_', '-');
  return "--" + option;
}

void declare_member(CLI::App& command, GivenMember& given) {
  const std::string option = option_of(given.member);
  const std::string help = help_of(given.member);
  const std::string placeholder =
      given.member.name == "kind" ? api::edge_kinds("|") : std::string(given.member.placeholder);
  if (given.member.is_flag) {
    command.add_flag(option, given.flag, help);
  } else if (given.member.is_list) {
    command.add_option(option, given.list, help)->type_name(placeholder);
  } else {
    command.add_option(option, given.text, help)->required(!option.starts_with("--"))->type_name(placeholder);
  }
}

void declare_add(CLI::App& group, const std::shared_ptr<EdgeArguments>& arguments, Command& chosen) {
  CLI::App* command = add_command(
      group, "add", tr("Deliver to one more TLS server (root account only)", "新增要下发证书的 TLS 服务（仅根账号）"),
      arguments, add, chosen);
  for (api::EdgeMember& member : api::edge_members()) {
    declare_member(*command, arguments->members.emplace_back(GivenMember{std::move(member)}));
  }
}

}  // namespace

void add_edge_commands(CLI::App& root, Command& chosen) {
  CLI::App& group = *root.add_subcommand("edge", tr("TLS servers that serve the certificates (root account only)",
                                                    "使用证书的 TLS 服务（仅根账号）"))
                         ->require_subcommand(1);
  const auto arguments = std::make_shared<EdgeArguments>();
  declare_add(group, arguments, chosen);
  CLI::App* const deletion = add_command(group, "delete", tr("Deliver to a server no more", "不再向某服务下发证书"),
                                         arguments, remove, chosen);
  deletion->add_option("name", arguments->name, tr("Its name", "名称"))->required();
  deletion->add_flag("--withdraw", arguments->withdraw,
                     tr("Take back what livecert wrote there first", "先移除 livecert 写入的内容"));
  CLI::App* const look = add_command(
      group, "status",
      tr("Show what each server serves; exit status 2: one has trouble", "查看各服务的状态；退出码 2：存在故障"),
      arguments, status, chosen);
  look->add_flag("--failing", arguments->only_failing, tr("Only servers with trouble", "仅显示有故障的服务"));
  add_watch(*look, arguments->backend.watch_seconds);
}

}  // namespace livecert::cli
