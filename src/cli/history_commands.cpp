#include <iostream>
#include <memory>
#include <string>

#include "base/time.h"
#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/idn.h"
#include "cli/language.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

struct HistoryArguments {
  BackendOptions backend;
  std::string chain;
  std::string cert_id;
  std::string project;
  std::string domain;
  std::int64_t expired_for_days = 0;
  bool dry_run = false;
};

base::Result<int> versions(const HistoryArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const std::string chain, find_chain_id(session, arguments.chain));
  TRY_ASSIGN(const json::value result, session.call("ListCertVersions", JsonWriter().text("ChainID", chain).finish()));
  if (arguments.backend.as_json) {
    print_json(result);
    return 0;
  }
  const base::Time now = base::SystemClock().now();
  Table table({"", "CERTID", tr("NAMES", "域名"), tr("VALID UNTIL", "到期"), tr("MADE", "创建时间"), tr("BY", "创建者"),
               tr("FROM", "来源")});
  for (const json::value& item : items_of(result, "VersionList")) {
    table.add({flag_of(item, "Current") ? "*" : "", text_of(item, "CertID"), text_of(item, "DNSNames"),
               end_text(text_of(item, "EndsAt"), now), text_of(item, "CreateTime"), text_of(item, "CreatedBy"),
               text_of(item, "CreatedFrom")});
  }
  std::cout << shown(table) << tr("* is current\n", "* 为当前版本\n");
  return 0;
}

base::Result<int> rollback(const HistoryArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const std::string chain, find_chain_id(session, arguments.chain));
  JsonWriter json;
  json.text("ChainID", chain).text("CertID", arguments.cert_id);
  TRY_ASSIGN(const json::value result, session.call("RollbackCert", json.finish()));
  if (arguments.backend.as_json) {
    print_json(result);
  } else {
    std::cout << short_id(chain) << tr(" has the version ", " 当前版本为 ") << text_of(result, "CertID") << "\n";
  }
  return 0;
}

base::Result<int> prune(const HistoryArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  Table table({tr("NAME", "名称"), "CHAIN", tr("EXPIRED", "到期"), tr("SUPERSEDED BY", "被取代")});
  json::value result;
  std::size_t removed = 0;
  Progress progress(tr("removed", "已移除"));
  // A call returns early when its time is over, and the next call continues.
  for (bool more = true; more;) {
    JsonWriter json;
    json.text("ProjectName", arguments.project).number("ExpiredForDays", arguments.expired_for_days);
    json.flag("DryRun", arguments.dry_run);
    TRY_ASSIGN(result, session.call("PruneCerts", json.finish()));
    for (const json::value& item : items_of(result, "CertList")) {
      table.add({text_of(item, "CertName"), text_of(item, "ChainID"), text_of(item, "NotAfter"),
                 short_id(text_of(item, "SupersededBy"))});
      ++removed;
    }
    progress.show(static_cast<std::int64_t>(removed), 0);
    more = flag_of(result, "More") && !arguments.dry_run && !items_of(result, "CertList").empty();
    if (arguments.backend.as_json) print_json(result);
  }
  if (arguments.backend.as_json) return 0;
  if (!table.empty()) std::cout << shown(table);
  std::cout << (arguments.dry_run ? tr("would be removed: ", "将移除：") : tr("removed: ", "已移除：")) << removed
            << "\n";
  return 0;
}

base::Result<int> bindings(const HistoryArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter json;
  if (!arguments.chain.empty()) {
    TRY_ASSIGN(const std::string chain, find_chain_id(session, arguments.chain));
    json.text("ChainID", chain);
  }
  json.text("Domain", arguments.domain);
  TRY_ASSIGN(const json::value result, session.call("ListBindings", json.finish()));
  if (arguments.backend.as_json) {
    print_json(result);
    return 0;
  }
  Table table({tr("DOMAIN", "域名"), "CHAIN", "HTTPS", "HTTP2", tr("TLS FROM", "最低 TLS"), tr("TLS TO", "最高 TLS"),
               tr("BOUND", "绑定时间"), tr("BY", "操作者"), tr("FROM", "来源")});
  for (const json::value& item : items_of(result, "BindingList")) {
    table.add({shown_domain(text_of(item, "Domain")), short_id(text_of(item, "ChainID")), text_of(item, "HTTPS"),
               text_of(item, "HTTP2"), text_of(item, "MinTLSVersion"), text_of(item, "MaxTLSVersion"),
               text_of(item, "BoundAt"), text_of(item, "BoundBy"), text_of(item, "BoundFrom")});
  }
  if (!table.empty()) std::cout << shown(table);
  std::cout << tr("bindings: ", "绑定数：") << text_of(result, "Total") << "\n";
  return 0;
}

}  // namespace

void add_history_commands(CLI::App& cert, Command& chosen) {
  const auto arguments = std::make_shared<HistoryArguments>();
  add_command(
      cert, "versions",
      tr("Show what a certificate was before: who, when, from where", "查看证书的历史版本：何人、何时、来自何处"),
      arguments, versions, chosen)
      ->add_option("chain", arguments->chain, chain_help())
      ->required();

  CLI::App* rollback_command = add_command(
      cert, "rollback", tr("Make an earlier version current again", "回滚到较早的版本"), arguments, rollback, chosen);
  rollback_command->add_option("chain", arguments->chain, chain_help())->required();
  rollback_command->add_option(
      "--to", arguments->cert_id,
      tr("CertID of the version; default: the one before the current", "版本的 CertID；默认为当前版本的前一个"));

  CLI::App* prune_command = add_command(
      cert, "prune", tr("Remove superseded, unbound, expired certificates", "移除已被取代、未绑定且已过期的证书"),
      arguments, prune, chosen);
  prune_command->add_option("--project", arguments->project, tr("Only of this project", "仅此项目"));
  prune_command->add_option("--expired-for", arguments->expired_for_days,
                            tr("Only those expired for that many days; default 0", "仅过期达此天数的；默认 0"));
  prune_command->add_flag("--dry-run", arguments->dry_run, tr("Show what would be removed", "只显示将移除什么"));

  CLI::App* bindings_command = add_command(
      cert, "bindings", tr("Show which domain uses what, since when and by whom", "查看域名与证书的绑定、时间与操作者"),
      arguments, bindings, chosen);
  bindings_command->add_option("chain", arguments->chain, chain_help());
  take_domains(bindings_command->add_option("--domain", arguments->domain, tr("Only this domain", "仅此域名")));
}

}  // namespace livecert::cli
