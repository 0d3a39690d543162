#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
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

struct EdgeArguments {
  BackendOptions backend;
  std::string name;
  std::string kind;
  std::string listen;
  std::string directory;
  std::string file;
  std::string socket;
  std::string mode;
  std::string layout;
  std::string settle;
  bool proxy_protocol = false;
  std::vector<std::string> domains;
  std::vector<std::string> projects;
  std::vector<std::string> accounts;
  bool only_failing = false;
  bool withdraw = false;
};

base::Result<int> add(const EdgeArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter json;
  json.text("Name", arguments.name).text("Kind", arguments.kind).text("Listen", arguments.listen);
  json.text("Directory", arguments.directory).text("File", arguments.file).text("Socket", arguments.socket);
  json.text("Mode", arguments.mode).text("Layout", arguments.layout).text("Settle", arguments.settle);
  if (arguments.proxy_protocol) json.flag("ProxyProtocol", true);
  json.strings("Domains", arguments.domains).strings("Projects", arguments.projects);
  json.strings("Accounts", arguments.accounts);
  TRY(session.call("CreateEdge", json.finish()));
  say_done(arguments.backend, arguments.name + tr(" is added", " 已添加"));
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

base::Result<int> status(const EdgeArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const json::value result, session.call("ListEdges", JsonWriter().finish()));
  if (arguments.backend.as_json) {
    print_json(result);
    return std::ranges::any_of(items_of(result, "EdgeList"), is_troubled) ? kFailing : 0;
  }
  Table table({tr("EDGE", "接入节点"), tr("KIND", "类型"), tr("LISTENS", "监听地址"), tr("WANTED", "应启用"),
               tr("PROVED", "已验证"), tr("FAILING", "失败"), tr("LAST PROOF", "最近验证"), tr("TROUBLE", "故障")});
  bool is_failing = false;
  for (const json::value& item : items_of(result, "EdgeList")) {
    const bool has_trouble = is_troubled(item);
    is_failing = is_failing || has_trouble;
    if (arguments.only_failing && !has_trouble) continue;
    table.add({text_of(item, "Name"), text_of(item, "Kind"), text_of(item, "Listen"), text_of(item, "Wanted"),
               text_of(item, "Proved"), text_of(item, "Failing"), text_of(item, "ProvedAt"), text_of(item, "Trouble")});
  }
  if (table.empty() && arguments.only_failing) return 0;
  if (table.empty()) {
    std::cout << tr("no edges: docs/edges.md says how to declare one\n", "没有接入节点：请参阅 docs/edges.zh-CN.md\n");
  } else {
    std::cout << table.to_text();
  }
  return is_failing ? kFailing : 0;
}

// Returns the kinds that have the member, as in " (nginx, haproxy, files)".
std::string with_kinds(std::string_view member) {
  return tr(" (", "（") + api::edge_kinds_with(member, tr(", ", "、")) + tr(")", "）");
}

void declare_add(CLI::App& group, const std::shared_ptr<EdgeArguments>& arguments, Command& chosen) {
  CLI::App* command = add_command(
      group, "add", tr("Deliver to one more TLS server (root account only)", "新增要下发证书的 TLS 服务（仅根账号）"),
      arguments, add, chosen);
  command->add_option("name", arguments->name, tr("Its name", "名称"))->required();
  command->add_option("kind", arguments->kind, tr("Its kind", "类型"))->required()->type_name(api::edge_kinds("|"));
  command->add_option("--listen", arguments->listen, tr("ADDR:PORT where it can be proved", "用于验证的 ADDR:PORT"));
  command->add_flag("--proxy-protocol", arguments->proxy_protocol,
                    tr("It expects the PROXY protocol there", "该地址要求 PROXY 协议"));
  command->add_option(
      "--domain", arguments->domains,
      tr("Name, *.example.net or *; may be repeated; default: all", "域名、*.example.net 或 *；可重复；默认为全部"));
  command->add_option("--project", arguments->projects, tr("Only of these projects", "仅这些项目"));
  command->add_option("--account", arguments->accounts, tr("Only of these accounts", "仅这些账号"));
  command->add_option("--directory", arguments->directory,
                      tr("Folder for its files", "证书文件目录") + with_kinds("directory"));
  command->add_option("--file", arguments->file, tr("Its one file", "证书文件") + with_kinds("file"));
  command->add_option("--socket", arguments->socket, tr("Its runtime socket", "运行时套接字") + with_kinds("socket"));
  command->add_option("--mode", arguments->mode, tr("Mode of the files; default 0400", "文件权限；默认 0400"));
  command->add_option("--layout", arguments->layout, tr("Of files; default combined", "files 的布局；默认 combined"))
      ->type_name("combined|separate");
  command->add_option("--settle", arguments->settle,
                      tr("Seconds it may take to show a change; default 2", "允许的切换秒数；默认 2"));
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
  add_command(
      group, "status",
      tr("Show what each server serves; exit status 2: one has trouble", "查看各服务的状态；退出码 2：存在故障"),
      arguments, status, chosen)
      ->add_flag("--failing", arguments->only_failing, tr("Only servers with trouble", "仅显示有故障的服务"));
}

}  // namespace livecert::cli
