#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "api/notify_actions.h"
#include "cli/command_group.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/language.h"
#include "cli/session.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

constexpr int kTakesNothing = 2;  // exit status of `notify test` and `notify list` for a channel that takes nothing

struct NotifyArguments {
  BackendOptions backend;
  std::string name;
  std::string kind;
  std::string url_file;
  std::string secret_file;
  std::string language;
  std::string quiet;
  std::string from;
  std::string user;
  std::vector<std::string> to;
  std::vector<std::string> accounts;
};

// One line of standard input, read byte by byte, so that a second secret can follow it.
base::WipedBuffer read_line() {
  base::WipedBuffer line;
  for (char c = 0; ::read(STDIN_FILENO, &c, 1) == 1 && c != '\n';) line.push_back(static_cast<std::uint8_t>(c));
  return line;
}

base::WipedBuffer ask(const std::string& what) {
  if (::isatty(STDIN_FILENO) == 0) return read_line();
  const auto secret = ask_secret(what + ": ");
  if (!secret) return {};
  const base::ByteView bytes = secret->reveal(base::SecretAccess());
  return {bytes.begin(), bytes.end()};
}

// The first line of a file; `-` is one line of standard input, which a terminal does not show.
base::Result<base::WipedBuffer> read_secret(const std::string& file, const std::string& what) {
  base::WipedBuffer line;
  if (file == "-") {
    line = ask(what);
  } else {
    TRY_ASSIGN(line, read_input_file(file));
    const auto end = std::ranges::find(line, static_cast<std::uint8_t>('\n'));
    line.erase(end, line.end());
  }
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  if (!line.empty()) return line;
  return base::Error{base::ErrorCode::kConfiguration,
                     file + tr(": its first line is empty, and must be ", "：第一行为空，应为") + what};
}

base::Result<int> add(const NotifyArguments& arguments) {
  TRY_ASSIGN(const base::WipedBuffer url, read_secret(arguments.url_file, tr("the receiver's address", "接收方地址")));
  base::WipedBuffer secret;
  if (!arguments.secret_file.empty()) {
    TRY_ASSIGN(secret, read_secret(arguments.secret_file, tr("the secret", "密钥")));
  }
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter json;
  json.text("Name", arguments.name).text("Kind", arguments.kind).text("URL", base::as_text(url));
  json.text("Secret", base::as_text(secret)).text("Language", arguments.language);
  json.text("QuietHours", arguments.quiet).strings("Accounts", arguments.accounts);
  json.strings("To", arguments.to).text("From", arguments.from).text("User", arguments.user);
  TRY_ASSIGN(const json::value result, session.call("CreateNotifyChannel", json.finish()));
  if (arguments.backend.as_json) print_json(result);
  say_done(arguments.backend,
           arguments.name + tr(" is added; try it: livecert notify test ", " 已添加；请测试：livecert notify test ") +
               arguments.name);
  return 0;
}

base::Result<int> remove(const NotifyArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter json;
  json.text("Name", arguments.name);
  TRY(session.call("DeleteNotifyChannel", json.finish()));
  say_done(arguments.backend, arguments.name + tr(" is deleted", " 已删除"));
  return 0;
}

bool is_failing(const json::value& item) {
  return !text_of(item, "FailingSince").empty() || text_of(item, "Kind").empty();
}

base::Result<int> list(const NotifyArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const json::value result, session.call("ListNotifyChannels", JsonWriter().finish()));
  const json::array& items = items_of(result, "NotifyChannelList");
  const bool has_failing = std::ranges::any_of(items, is_failing);
  if (arguments.backend.as_json) {
    print_json(result);
    return has_failing ? kTakesNothing : 0;
  }
  if (items.empty()) {
    std::cout << tr("no channels: livecert notify add makes one\n", "没有通知通道：用 livecert notify add 添加\n");
    return 0;
  }
  Table table({tr("CHANNEL", "通道"), tr("KIND", "类型"), tr("HOST", "主机"), tr("ACCOUNTS", "账号"),
               tr("QUIET", "免打扰"), tr("OPEN", "未恢复"), tr("DELIVERED", "最近送达"), tr("FAILURE", "故障")});
  for (const json::value& item : items) {
    const std::string accounts = text_of(item, "Accounts");
    table.add({text_of(item, "Name"), text_of(item, "Kind"), text_of(item, "Host"),
               accounts.empty() ? tr("all", "全部") : accounts, text_of(item, "QuietHours"), text_of(item, "Open"),
               text_of(item, "DeliveredAt"), text_of(item, "Failure")});
  }
  std::cout << shown(table);
  return has_failing ? kTakesNothing : 0;
}

base::Result<int> test(const NotifyArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter json;
  json.text("Name", arguments.name);
  TRY_ASSIGN(const json::value result, session.call("TestNotifyChannel", json.finish()));
  const bool is_delivered = flag_of(result, "Delivered");
  if (arguments.backend.as_json) {
    print_json(result);
  } else if (is_delivered) {
    std::cout << arguments.name << tr(" took a test message\n", " 已收到测试消息\n");
  } else {
    std::cout << arguments.name << tr(" took no test message: ", " 未收到测试消息：") << text_of(result, "Failure")
              << "\n";
  }
  return is_delivered ? 0 : kTakesNothing;
}

base::Result<int> preview(const NotifyArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  JsonWriter json;
  json.text("Name", arguments.name);
  TRY_ASSIGN(const json::value result, session.call("PreviewNotice", json.finish()));
  if (arguments.backend.as_json) {
    print_json(result);
    return 0;
  }
  std::cout << (flag_of(result, "Example") ? tr("There is nothing to tell now; this is an example.\n",
                                                "目前没有需要通知的内容；以下为示例。\n")
                                           : tr("This would be told now.\n", "现在将发送以下内容。\n"));
  std::cout << tr("To ", "发往 ") << text_of(result, "Host") << "\n";
  for (const json::value& header : items_of(result, "Headers")) std::cout << header.get_string().c_str() << "\n";
  std::cout << "\n" << text_of(result, "Body") << "\n";
  return 0;
}

void declare_add(CLI::App& group, const std::shared_ptr<NotifyArguments>& arguments, Command& choice) {
  CLI::App* const command =
      add_command(group, "add", tr("Add a channel, or replace it", "添加或替换通道"), arguments, add, choice);
  command->add_option("name", arguments->name, tr("Its name", "名称"))->required();
  command->add_option("kind", arguments->kind, tr("What it is", "类型"))->required()->type_name(api::notify_kinds("|"));
  command
      ->add_option("--url-file", arguments->url_file,
                   tr("File whose first line is the receiver's address; - asks for it",
                      "第一行为接收方地址的文件；- 表示现场输入"))
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--secret-file", arguments->secret_file,
                   tr("File whose first line signs (webhook, feishu, dingtalk), is the bot's token (telegram), or the "
                      "password (mail); - asks for it",
                      "第一行为签名密钥（webhook、feishu、dingtalk）、机器人 token（telegram）或密码（mail）的文件；- "
                      "表示现场输入"))
      ->type_name("FILE");
  command
      ->add_option("--language", arguments->language,
                   tr("Language of the messages (default en)", "消息语言（默认 en）"))
      ->type_name("en|zh");
  command
      ->add_option(
          "--account", arguments->accounts,
          tr("Only domains of this account; may be repeated; default: all", "仅限此账号的域名；可重复；默认为全部"))
      ->type_name("ACCOUNT");
  command
      ->add_option("--quiet", arguments->quiet,
                   tr("Hours in which only what cannot wait is told, such as 22:00-07:00+08:00",
                      "免打扰时段，其间只发送不能等待的通知，例如 22:00-07:00+08:00"))
      ->type_name("HOURS");
  command
      ->add_option(
          "--to", arguments->to,
          tr("Recipient (mail; may be repeated) or chat (telegram)", "收件人（mail，可重复）或会话（telegram）"))
      ->type_name("ADDRESS");
  command->add_option("--from", arguments->from, tr("Sender (mail)", "发件人（mail）"))->type_name("ADDRESS");
  command->add_option("--user", arguments->user, tr("Name to log in with (mail)", "登录名（mail）"))->type_name("NAME");
}

}  // namespace

void add_notify_commands(CLI::App& root, Command& chosen, const OpenOffline& open_offline) {
  CLI::App& group =
      *root.add_subcommand("notify", tr("Channels for notices (root account only)", "通知通道（仅根账号）"))
           ->require_subcommand(1);
  const auto arguments = std::make_shared<NotifyArguments>();
  arguments->backend.open_offline = open_offline;
  declare_add(group, arguments, chosen);
  const auto takes_name = [&](CLI::App* command) {
    command->add_option("name", arguments->name, tr("The channel's name", "通道名称"))->required();
  };
  add_command(group, "list",
              tr("List channels; exit status 2: one takes no messages", "列出通道；退出码 2：有通道无法送达"),
              arguments, list, chosen);
  takes_name(
      add_command(group, "test",
                  tr("Send a test message now; exit status 2: it was not taken", "立即发送测试消息；退出码 2：未送达"),
                  arguments, test, chosen));
  takes_name(add_command(group, "preview",
                         tr("Show what a channel would be sent now, or an example", "查看通道现在会收到的内容，或示例"),
                         arguments, preview, chosen));
  takes_name(add_command(group, "delete", tr("Delete a channel", "删除通道"), arguments, remove, chosen));
}

}  // namespace livecert::cli
