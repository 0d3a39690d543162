#include "cli/cert_list_command.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/join.h"
#include "base/time.h"
#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/idn.h"
#include "cli/language.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

struct ListArguments {
  BackendOptions backend;
  std::string name;
  std::string project;
  std::string domain;
  std::string expiring;
  bool superseded = false;
  bool expired = false;
  bool bound = false;
  bool all_accounts = false;
  std::string output;
  std::int64_t page_number = 0;
  std::int64_t page_size = 0;
};

// The exit statuses of monitoring plugins (Monitoring Plugins Development Guidelines, "Plugin Return Codes").
constexpr int kFine = 0;
constexpr int kSomeExpiring = 1;
constexpr int kSomeExpired = 2;
constexpr int kUnknown = 3;

base::WipedBuffer to_query(const ListArguments& arguments, std::optional<std::chrono::seconds> within) {
  JsonWriter json;
  json.text("CertName", arguments.name).text("ProjectName", arguments.project).text("Domain", arguments.domain);
  if (arguments.superseded) json.flag("Superseded", true);
  // By the end of the whole chain, as clients see it, and not of the leaf alone.
  if (arguments.expired) json.number("ExpiringWithin", 0);
  if (arguments.bound) json.flag("Bound", true);
  if (arguments.all_accounts) json.flag("AllAccounts", true);
  if (within && !arguments.expired) json.number("ExpiringWithin", within->count());
  if (within) json.flag("Superseded", false);
  if (arguments.page_number != 0) json.number("PageNum", arguments.page_number);
  if (arguments.page_size != 0) json.number("PageSize", arguments.page_size);
  return json.finish();
}

Tone tone_of(const std::string& status) {
  if (status == "Expire") return Tone::kTrouble;
  return status == "1days" || status == "7days" ? Tone::kWarning : Tone::kPlain;
}

// What a person reads on a terminal: short ids, and how long it still is until the end.
Table to_table(const json::value& result) {
  const base::Time now = base::SystemClock().now();
  Table table({tr("NAME", "名称"), "CHAIN", tr("PROJECT", "项目"), tr("DOMAINS", "域名"), tr("VALID UNTIL", "到期"),
               tr("STATUS", "状态")});
  for (const json::value& item : items_of(result, "CertList")) {
    const std::string status = text_of(item, "Status");
    table.add(
        {text_of(item, "CertName"), short_id(text_of(item, "ChainID")), text_of(item, "ProjectName"),
         text_of(item, "CertDomainList"), end_text(text_of(item, "EndsAt"), now),
         flag_of(item, "Superseded") ? tr("superseded by ", "已被取代：") + short_id(text_of(item, "SupersededBy"))
                                     : status_text(status)},
        flag_of(item, "Superseded") ? Tone::kPlain : tone_of(status));
  }
  return table;
}

// Everything as the API has it; columns have the names of its members, so that they are the same in each language.
Table to_whole_table(const json::value& result) {
  const std::vector<std::string> members{"CertName", "ChainID", "CertID", "ProjectName", "CertDomainList", "NotBefore",
                                         "NotAfter", "EndsAt",  "Status", "Superseded",  "SupersededBy"};
  Table table(members);
  for (const json::value& item : items_of(result, "CertList")) {
    std::vector<std::string> row;
    row.reserve(members.size());
    for (const std::string& member : members) {
      row.push_back(member == "Superseded" ? (flag_of(item, member) ? "true" : "false") : text_of(item, member));
    }
    table.add(std::move(row));
  }
  return table;
}

void print_names(const json::value& result) {
  for (const json::value& item : items_of(result, "CertList")) {
    std::cout << printable(text_of(item, "CertName")) << "\n";
  }
}

// Whether the output is for a person, who gets the sum and what edges show, too.
bool is_for_people(const ListArguments& arguments) {
  return arguments.output == "table" || arguments.output == "wide";
}

void print_list(const ListArguments& arguments, const json::value& result) {
  if (arguments.output == "json") return print_json(result);
  if (arguments.output == "csv") {
    std::cout << to_whole_table(result).to_csv();
    return;
  }
  if (arguments.output == "name") return print_names(result);
  const Table table = arguments.output == "wide" ? to_whole_table(result) : to_table(result);
  if (!table.empty()) {
    std::cout << (arguments.output == "wide" ? shown(table) : table.to_text(terminal_width(), may_color()));
  }
  std::cout << tr("certificates: ", "证书数：") << text_of(result, "Total") << "\n";
}

// Shows the account if there may be several.
void print_served(const ListArguments& arguments, const json::value& result) {
  const base::Time now = base::SystemClock().now();
  std::vector<std::string> head{tr("EDGE", "接入节点"), tr("DOMAIN", "域名"),      "CHAIN",
                                tr("VERSION", "版本"),  tr("VALID UNTIL", "到期"), tr("LAST SEEN", "最近确认")};
  if (arguments.all_accounts) head.push_back(tr("ACCOUNT", "账号"));
  Table table(std::move(head));
  for (const json::value& item : items_of(result, "ServedList")) {
    std::vector<std::string> row{text_of(item, "Edge"),
                                 text_of(item, "Domain"),
                                 short_id(text_of(item, "ChainID")),
                                 text_of(item, "CertID"),
                                 end_text(text_of(item, "EndsAt"), now),
                                 text_of(item, "LastSeen")};
    if (arguments.all_accounts) row.push_back(text_of(item, "AccountID"));
    table.add(std::move(row));
  }
  if (table.empty()) return;
  std::cout << tr("served by edges:\n", "接入节点正在使用：\n") << shown(table);
}

int status_of(const json::array& items) {
  int status = kFine;
  for (const json::value& item : items) {
    status = std::max(status, text_of(item, "Status") == "Expire" ? kSomeExpired : kSomeExpiring);
  }
  return status;
}

base::Result<int> show_all(const ListArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const json::value result, session.call("ListCerts", to_query(arguments, std::nullopt)));
  print_list(arguments, result);
  return kFine;
}

// Shows both the stored certificates and the ones at edges that end: edges may show another version, or one that
// nothing uses.
base::Result<int> show_ending(const ListArguments& arguments) {
  const auto within = parse_duration(arguments.expiring);
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(json::value stored, session.call("ListCerts", to_query(arguments, within)));
  JsonWriter query;
  query.number("ExpiringWithin", within->count());
  if (arguments.all_accounts) query.flag("AllAccounts", true);
  TRY_ASSIGN(const json::value served, session.call("ListServedCerts", query.finish()));
  const int status = std::max(status_of(items_of(stored, "CertList")), status_of(items_of(served, "ServedList")));
  stored.as_object()["ServedList"] = items_of(served, "ServedList");
  print_list(arguments, stored);
  if (is_for_people(arguments)) print_served(arguments, served);
  return status;
}

base::Result<int> list(const ListArguments& given) {
  ListArguments arguments = given;
  if (arguments.backend.as_json) arguments.output = "json";
  arguments.backend.as_json = arguments.output == "json";
  if (arguments.expiring.empty()) return show_all(arguments);
  const auto status = show_ending(arguments);
  if (status) return *status;
  print_error(status.error(), arguments.backend.as_json);
  return kUnknown;
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  constexpr std::int64_t kHundredYears = 3'155'760'000;
  if (text.size() < 2) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size() - 1, number);
  if (failure != std::errc() || end != text.data() + text.size() - 1 || number < 0 || number > kHundredYears) {
    return std::nullopt;
  }
  const std::int64_t unit = text.back() == 's'   ? 1
                            : text.back() == 'm' ? 60
                            : text.back() == 'h' ? 3600
                            : text.back() == 'd' ? 86'400
                            : text.back() == 'w' ? 604'800
                                                 : 0;
  if (unit == 0 || number > kHundredYears / unit) return std::nullopt;
  return std::chrono::seconds(number * unit);
}

void add_cert_list_command(CLI::App& cert, Command& chosen) {
  const auto arguments = std::make_shared<ListArguments>();
  arguments->output = "table";
  CLI::App* command = add_command(cert, "list", tr("List certificates", "列出证书"), arguments, list, chosen);
  command->add_option("--name", arguments->name, tr("Only names that hold this", "名称包含此内容的"));
  command->add_option("--project", arguments->project, tr("Only this project", "仅此项目"));
  take_domains(command->add_option("--domain", arguments->domain, tr("Only what this domain uses", "仅此域名所用的")));
  command->add_flag("--superseded", arguments->superseded,
                    tr("Only those whose domains moved to newer ones", "仅域名已改用更新证书的"));
  command->add_flag("--expired", arguments->expired, tr("Only expired ones", "仅已过期的"));
  command
      ->add_option(
          "--expiring", arguments->expiring,
          tr("Only those that end within this time, such as 30d, 12h or 2w, or have ended, superseded ones "
             "left out, and what edges show of such; exit status 0: none, 1: some end soon, 2: some have "
             "ended, 3: could not find out",
             "仅在此时长内到期（如 30d、12h、2w）或已过期的，不含已被取代的；并列出接入节点正在使用的此类证书；"
             "退出码 0：无，1：有将到期的，2：有已过期的，3：无法查询"))
      ->check([](const std::string& text) {
        return parse_duration(text)
                   ? std::string()
                   : tr("must be a time such as 30d, 12h or 2w, not ", "应为 30d、12h、2w 之类的时长，而不是 ") +
                         printable(text);
      })
      ->type_name("TIME");
  command->add_flag("--bound", arguments->bound, tr("Only those that a domain uses", "仅有域名使用的"));
  command->add_flag("--all-accounts", arguments->all_accounts,
                    tr("Of all accounts (root account only)", "所有账号的（仅根账号）"));
  command->add_option("--page", arguments->page_number, tr("Page, from 1", "页码，从 1 开始"));
  command->add_option("--page-size", arguments->page_size,
                      tr("Certificates on a page, 1 to 1000", "每页证书数，1 至 1000"));
  const std::vector<std::string> outputs{"table", "wide", "json", "csv", "name"};
  command
      ->add_option("--output", arguments->output,
                   tr("table, cut to the terminal; wide, with everything; json, as --json; csv; name, one a line",
                      "table：按终端宽度截断；wide：全部内容；json：同 --json；csv；name：每行一个名称"))
      ->check(CLI::IsMember(outputs))
      ->type_name(base::join(outputs, "|"));
  add_watch(*command, arguments->backend.watch_seconds);
}

}  // namespace livecert::cli
