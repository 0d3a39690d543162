#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <boost/json/serialize.hpp>

#include "base/rfc3339.h"
#include "base/time.h"
#include "cli/audit_pages.h"
#include "cli/audit_verify_command.h"
#include "cli/cert_list_command.h"
#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/language.h"
#include "cli/session.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

struct AuditArguments {
  BackendOptions backend;
  std::string account;
  std::string key;
  std::string action;
  std::string subject;
  std::string address;
  std::string kind;
  std::string since;
  std::string until;
  std::int64_t limit = 50;
  std::int64_t after = 0;
  bool with_checkpoints = false;
  std::string file;
  std::string checkpoint;
};

// The filters of a query, with the times that were given as ages.
struct Query {
  std::optional<std::int64_t> from;
  std::optional<std::int64_t> to;
};

base::Result<std::optional<std::int64_t>> time_before_now(const char* option, const std::string& age) {
  if (age.empty()) return std::optional<std::int64_t>();
  if (const auto time = base::parse_rfc3339(age)) return std::optional(base::to_unix_seconds(*time));
  const auto duration = parse_duration(age);
  if (!duration) {
    return base::Error{base::ErrorCode::kConfiguration,
                       std::string(option) +
                           tr(" must be a time such as 30d, 12h, 2w or 2026-12-01T08:00:00Z, not ",
                              " 应为 30d、12h、2w 之类的时长或 2026-12-01T08:00:00Z 之类的时间，而不是 ") +
                           age};
  }
  const std::int64_t now = base::to_unix_seconds(base::SystemClock().now());
  return std::optional(std::max<std::int64_t>(now - duration->count(), 0));
}

base::Result<Query> to_times(const AuditArguments& arguments) {
  Query query;
  TRY_ASSIGN(query.from, time_before_now("--since", arguments.since));
  TRY_ASSIGN(query.to, time_before_now("--until", arguments.until));
  return query;
}

JsonWriter to_question(const AuditArguments& arguments, const Query& query) {
  JsonWriter json;
  json.text("AccountId", arguments.account).text("AccessKeyId", arguments.key).text("ActionName", arguments.action);
  json.text("Subject", arguments.subject).text("PeerAddress", arguments.address);
  json.text("Kind", arguments.kind);
  if (query.from) json.number("From", *query.from);
  if (query.to) json.number("To", *query.to);
  return json;
}

// The newest records first.
base::Result<int> list(const AuditArguments& arguments) {
  TRY_ASSIGN(const Query query, to_times(arguments));
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  json::array records;
  std::int64_t before = 0;
  for (bool more = true; more && static_cast<std::int64_t>(records.size()) < arguments.limit;) {
    const std::int64_t size = std::min(arguments.limit - static_cast<std::int64_t>(records.size()), kAuditPage);
    JsonWriter question = to_question(arguments, query);
    if (before != 0) question.number("Before", before);
    question.number("PageSize", size);
    TRY_ASSIGN(const json::value page, session.call("ListAudit", question.finish()));
    for (const json::value& record : items_of(page, "AuditList")) records.push_back(record);
    before = page.at("Next").as_int64();
    more = flag_of(page, "More");
  }
  if (arguments.backend.as_json) {
    print_json(json::object{{"AuditList", std::move(records)}});
    return 0;
  }
  Table table({tr("TIME", "时间"), tr("KIND", "类别"), tr("ACTION", "操作"), tr("SUBJECT", "对象"),
               tr("ACCOUNT", "账号"), tr("ACCESS KEY", "访问密钥"), tr("FROM", "来源"), tr("DETAIL", "详情")});
  for (const json::value& record : records) {
    table.add({text_of(record, "Time"), text_of(record, "Kind"), text_of(record, "Action"), text_of(record, "Subject"),
               text_of(record, "AccountId"), text_of(record, "AccessKeyId"), text_of(record, "PeerAddress"),
               text_of(record, "Detail")});
  }
  if (!table.empty()) std::cout << shown(table);
  std::cout << tr("records: ", "记录数：") << records.size() << "\n";
  return 0;
}

// One line of JSON for each record, the oldest first, for programs that collect logs.
base::Result<int> export_lines(const AuditArguments& arguments) {
  TRY_ASSIGN(const Query query, to_times(arguments));
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  const auto print_records = [](const json::value& page) -> base::Result<bool> {
    for (const json::value& record : items_of(page, "AuditList")) std::cout << json::serialize(record) << "\n";
    return !std::cout.flush().fail();
  };
  const auto print_checkpoints = [](const json::value& page) -> base::Result<bool> {
    for (const json::value& checkpoint : items_of(page, "CheckpointList")) {
      std::cout << json::serialize(json::object{{"Checkpoint", checkpoint}}) << "\n";
    }
    return !std::cout.flush().fail();
  };
  TRY_ASSIGN(const std::int64_t after,
             read_audit_pages(
                 session, "ListAudit", arguments.after, [&] { return to_question(arguments, query); }, print_records));
  if (arguments.with_checkpoints) {
    TRY(read_audit_pages(
        session, "ListAuditCheckpoints", 0, [] { return JsonWriter(); }, print_checkpoints));
  }
  if (!std::cout) return 1;
  std::cerr << tr("the next export continues with --after ", "下次导出请使用 --after ") << after << "\n";
  return 0;
}

// JSON, whether --json is given or not: it is to be kept in a file.
base::Result<int> checkpoint(const AuditArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter question;
  TRY_ASSIGN(const json::value made, session.call("CreateAuditCheckpoint", question.finish()));
  print_json(made);
  return 0;
}

base::Result<int> verify(const AuditArguments& arguments) {
  if (!arguments.file.empty()) {
    TRY_ASSIGN(const audit::Report report, verify_audit_file(arguments.file, arguments.checkpoint));
    if (arguments.checkpoint.empty()) {
      std::cerr << tr("Without --checkpoint the file is only checked against itself: whoever wrote it may have signed "
                      "it with a key of his own.",
                      "未指定 --checkpoint 时只能检查文件自身是否一致：写出文件的人可能用了自己的密钥来签名。")
                << "\n";
    }
    return show_report(report, arguments.backend.as_json);
  }
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const audit::Report report, verify_audit(session, arguments.checkpoint));
  return show_report(report, arguments.backend.as_json);
}

void add_filters(CLI::App& command, const std::shared_ptr<AuditArguments>& arguments) {
  command.add_option("--account", arguments->account,
                     tr("Only what keys of this account did (AccountId)", "仅此账号的密钥所做的操作（AccountId）"));
  command.add_option("--key", arguments->key, tr("Only what this access key did", "仅此访问密钥所做的操作"));
  command.add_option("--action", arguments->action,
                     tr("Only this action, such as BindCert", "仅此操作，例如 BindCert"));
  command.add_option("--subject", arguments->subject,
                     tr("Only what changed this: a ChainID, domain, edge, AccountId or AccessKeyId",
                        "仅对此对象的更改：ChainID、域名、接入节点、AccountId 或 AccessKeyId"));
  command.add_option("--address", arguments->address, tr("Only what came from this address", "仅来自此地址的"));
  command
      .add_option("--kind", arguments->kind,
                  tr("Only write, refusal, opening or sign-in", "仅 write、refusal、opening 或 sign-in"))
      ->check(CLI::IsMember({"write", "refusal", "opening", "sign-in"}));
  command
      .add_option("--since", arguments->since,
                  tr("Only what happened within this time, such as 30d or 12h, or since 2026-12-01T08:00:00Z",
                     "仅此时长之内的，如 30d、12h，或自 2026-12-01T08:00:00Z 起的"))
      ->type_name("TIME");
  command
      .add_option("--until", arguments->until,
                  tr("Only what happened longer ago than this time, or before a time", "仅此时长或此时间之前的"))
      ->type_name("TIME");
}

}  // namespace

void add_audit_commands(CLI::App& root, Command& chosen, const OpenOffline& open_offline) {
  const auto arguments = std::make_shared<AuditArguments>();
  arguments->backend.open_offline = open_offline;
  CLI::App* audit = root.add_subcommand("audit", tr("Who did what, when and from where (root account only)",
                                                    "何人、何时、从何处做了什么（仅根账号）"))
                        ->require_subcommand(1);
  CLI::App* list_command = add_command(
      *audit, "list", tr("List what was done and refused, the newest first", "列出所做的与被拒绝的操作，最新的在前"),
      arguments, list, chosen);
  add_filters(*list_command, arguments);
  list_command->add_option("--limit", arguments->limit, tr("The most records; default 50", "最多记录数；默认 50"))
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
  CLI::App* export_command =
      add_command(*audit, "export",
                  tr("Print all records as lines of JSON, the oldest first", "以 JSON 行输出所有记录，最旧的在前"),
                  arguments, export_lines, chosen);
  add_filters(*export_command, arguments);
  export_command
      ->add_option(
          "--after", arguments->after,
          tr("Only what came after this position, as the last export named it", "仅此位置之后的，即上次导出所给的位置"))
      ->check(CLI::NonNegativeNumber);
  export_command->add_flag("--checkpoints", arguments->with_checkpoints,
                           tr("Also print the signed checkpoints, for audit verify --file",
                              "同时输出已签名的检查点，供 audit verify --file 使用"));
  add_command(*audit, "checkpoint",
              tr("Sign the audit up to now, and print the checkpoint, to keep it elsewhere",
                 "为至今的审计签名并输出检查点，以便存放在别处"),
              arguments, checkpoint, chosen);
  CLI::App* verify_command =
      add_command(*audit, "verify",
                  tr("Check that no record was changed, removed, inserted or moved; exit status 1: one was",
                     "检查是否有记录被更改、删除、插入或移动；退出码 1：有"),
                  arguments, verify, chosen);
  verify_command->add_option("--file", arguments->file,
                             tr("A file that audit export --checkpoints wrote, instead of the store",
                                "检查 audit export --checkpoints 写出的文件，而不是存储"));
  verify_command->add_option("--checkpoint", arguments->checkpoint,
                             tr("A file with a checkpoint that was kept elsewhere: it proves the records up to it",
                                "存放在别处的检查点文件：它证明到该处为止的记录"));
}

}  // namespace livecert::cli
