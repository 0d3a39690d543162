#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/idn.h"
#include "cli/language.h"
#include "cli/session.h"
#include "cli/table.h"
#include "domain/live_domain.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

struct DomainArguments {
  BackendOptions backend;
  std::vector<std::string> names;
  std::string name;
  std::string vhost;
  std::string type{domain::kDefaultDomainType};
  std::string region{domain::kDefaultRegion};
  std::string project;
  std::vector<std::string> tags;
  std::string chain;
  std::string account;
  std::int64_t page_number = 1;
  std::int64_t page_size = 1000;
};

base::Result<std::vector<base::WipedBuffer>> tags_of(const std::vector<std::string>& words) {
  std::vector<base::WipedBuffer> tags;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return base::Error{base::ErrorCode::kConfiguration,
                         tr("a tag is KEY=VALUE, not ", "标签格式为 KEY=VALUE，而不是 ") + word};
    }
    tags.push_back(JsonWriter().text("Key", word.substr(0, equals)).text("Value", word.substr(equals + 1)).finish());
  }
  return tags;
}

base::Result<int> add(const DomainArguments& arguments) {
  TRY_ASSIGN(const auto tags, tags_of(arguments.tags));
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  std::string chain;
  if (!arguments.chain.empty()) {
    TRY_ASSIGN(chain, find_chain_id(session, arguments.chain));
  }
  std::vector<base::WipedBuffer> domains;
  for (const std::string& name : arguments.names) {
    JsonWriter json;
    json.text("DomainName", name).text("Type", arguments.type).text("Region", arguments.region).text("ChainID", chain);
    domains.push_back(json.finish());
  }
  JsonWriter json;
  json.text("Vhost", arguments.vhost.empty() ? domain::default_vhost(arguments.names.front()) : arguments.vhost);
  json.text("ProjectName", project_or_default(session, arguments.project))
      .objects("Domains", domains)
      .objects("Tags", tags);
  TRY(session.call("CreateDomainV2", json.finish()));
  // The vendor's action leaves HTTPS off. Who names a certificate wants it served.
  if (!chain.empty()) {
    JsonWriter binding;
    binding.text("ChainID", chain).strings("Domains", arguments.names).flag("HTTPS", true);
    TRY(session.call("BindCerts", binding.finish()));
  }
  for (const std::string& name : arguments.names)
    say_done(arguments.backend, shown_domain(name) + tr(" is added", " 已添加"));
  return 0;
}

// Takes the numbers of the vendor's list.
std::string domain_status_text(const std::string& number) {
  if (number == "0") return tr("normal", "正常");
  return number == "2" ? tr("disabled", "已停用") : number;
}

base::Result<int> list(const DomainArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter json;
  json.number("PageNum", arguments.page_number).number("PageSize", arguments.page_size);
  if (!arguments.vhost.empty()) json.strings("VhostList", {arguments.vhost});
  json.strings("DomainNameList", arguments.names);
  TRY_ASSIGN(const json::value result, session.call("ListDomainDetail", json.finish()));
  if (arguments.backend.as_json) {
    print_json(result);
    return 0;
  }
  Table table({tr("DOMAIN", "域名"), "VHOST", tr("TYPE", "类型"), tr("REGION", "区域"), tr("PROJECT", "项目"),
               tr("STATUS", "状态"), "CHAIN", tr("COVERED BY", "覆盖名称")});
  for (const json::value& item : items_of(result, "DomainList")) {
    table.add({shown_domain(text_of(item, "Domain")), text_of(item, "Vhost"), text_of(item, "Type"),
               text_of(item, "Region"), text_of(item, "ProjectName"), domain_status_text(text_of(item, "Status")),
               short_id(text_of(item, "ChainID")), text_of(item, "CertDomain")});
  }
  if (!table.empty()) std::cout << shown(table);
  std::cout << tr("domains: ", "域名数：") << text_of(result, "Total") << "\n";
  return 0;
}

base::Result<int> describe(const DomainArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const json::value result,
             session.call("DescribeDomain", JsonWriter().strings("DomainList", {arguments.name}).finish()));
  if (arguments.backend.as_json) {
    print_json(result);
    return 0;
  }
  for (const json::value& item : items_of(result, "DomainList")) {
    std::cout << to_lines({{tr("domain", "域名"), shown_domain(text_of(item, "Domain"))},
                           {"vhost", text_of(item, "Vhost")},
                           {tr("type", "类型"), text_of(item, "Type")},
                           {tr("region", "区域"), text_of(item, "Region")},
                           {tr("status", "状态"), domain_status_text(text_of(item, "Status"))},
                           {"ChainID", text_of(item, "ChainID")},
                           {tr("covered by", "覆盖名称"), text_of(item, "CertDomain")},
                           {"HTTP/2", text_of(item, "HTTP2")},
                           {tr("push domain", "推流域名"), text_of(item, "PushDomain")},
                           {tr("made", "创建时间"), text_of(item, "CreateTime")}});
  }
  return 0;
}

// Makes one call that answers nothing, and says what it did.
base::Result<int> change(const DomainArguments& arguments, std::string_view action, const std::string& done) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter json;
  json.text("Domain", arguments.name).text("Vhost", arguments.vhost).text("AccountId", arguments.account);
  TRY(session.call(action, json.finish()));
  say_done(arguments.backend, arguments.name + done);
  return 0;
}

base::Result<int> remove(const DomainArguments& arguments) {
  return change(arguments, "DeleteDomain", tr(" is deleted", " 已删除"));
}
base::Result<int> enable(const DomainArguments& arguments) {
  return change(arguments, "EnableDomain", tr(" is enabled", " 已启用"));
}
base::Result<int> disable(const DomainArguments& arguments) {
  return change(arguments, "DisableDomain", tr(" is disabled", " 已停用"));
}
base::Result<int> set_vhost(const DomainArguments& arguments) {
  return change(arguments, "UpdateDomainVhost", tr(" has the vhost ", " 的 vhost 为 ") + arguments.vhost);
}
base::Result<int> move(const DomainArguments& arguments) {
  return change(arguments, "MoveDomain", tr(" belongs to ", " 已归属 ") + arguments.account);
}

}  // namespace

void add_domain_commands(CLI::App& root, Command& chosen) {
  CLI::App& group = *root.add_subcommand("domain", tr("Domains", "域名"))->require_subcommand(1);
  const auto arguments = std::make_shared<DomainArguments>();
  const auto takes_name = [&](CLI::App* command) {
    take_domains(command->add_option("domain", arguments->name, tr("Domain", "域名")))->required();
    return command;
  };

  CLI::App* add_one = add_command(group, "add", tr("Add domains", "添加域名"), arguments, add, chosen);
  take_domains(add_one->add_option("names", arguments->names, tr("Domains, at most ten", "域名，至多十个")))
      ->required();
  add_one->add_option(
      "--vhost", arguments->vhost,
      tr("Group of domains; default: the first name with hyphens for dots", "域名空间；默认为首个域名，点换成连字符"));
  add_one->add_option("--type", arguments->type, tr("Default pull-flv", "默认 pull-flv"))->type_name("push|pull-flv");
  add_one->add_option("--region", arguments->region, tr("Default cn", "默认 cn"))->type_name("cn|cn-oversea|cn-global");
  add_one->add_option("--project", arguments->project,
                      tr("Project; default: that of a key limited to one, else default",
                         "项目；默认取密钥限定的唯一项目，否则为 default"));
  add_one->add_option("--tag", arguments->tags, tr("KEY=VALUE; may be repeated", "KEY=VALUE；可重复"));
  add_one->add_option(
      "--chain", arguments->chain,
      tr("Certificate to bind at once, with HTTPS on: ", "同时绑定的证书，并开启 HTTPS：") + chain_help());

  CLI::App* list_command = add_command(group, "list", tr("List domains", "列出域名"), arguments, list, chosen);
  take_domains(list_command->add_option("names", arguments->names, tr("Only these", "仅这些")));
  list_command->add_option("--vhost", arguments->vhost, tr("Only of this vhost", "仅此 vhost"));
  list_command->add_option("--page", arguments->page_number, tr("Page, from 1", "页码，从 1 开始"));
  list_command->add_option("--page-size", arguments->page_size,
                           tr("Domains on a page, 1 to 1000", "每页域名数，1 至 1000"));

  takes_name(add_command(group, "describe", tr("Show one domain", "查看一个域名"), arguments, describe, chosen));
  takes_name(add_command(group, "delete", tr("Delete a domain and its binding", "删除域名及其绑定"), arguments, remove,
                         chosen));
  takes_name(add_command(group, "enable", tr("Enable a disabled domain", "启用域名"), arguments, enable, chosen));
  takes_name(add_command(group, "disable", tr("Disable a domain", "停用域名"), arguments, disable, chosen));
  takes_name(add_command(group, "vhost", tr("Put a domain into another vhost", "修改域名所属的 vhost"), arguments,
                         set_vhost, chosen))
      ->add_option("vhost", arguments->vhost, tr("The vhost", "vhost 名称"))
      ->required();
  takes_name(add_command(group, "move",
                         tr("Give a domain to another account (root account only)", "将域名转给其他账号（仅根账号）"),
                         arguments, move, chosen))
      ->add_option("account", arguments->account, "AccountId")
      ->required();
}

}  // namespace livecert::cli
