#include "cli/delivery_commands.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

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
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstPause(50);
constexpr std::chrono::milliseconds kLongestPause(1000);
// Exit statuses of `cert wait` and `cert deploy --wait`, for scripts.
constexpr int kNotServed = 2;
constexpr int kNowhere = 3;

struct DeliveryArguments {
  BackendOptions backend;
  std::string chain;
  std::string cert_id;
  int timeout_seconds = 30;
  bool only_failing = false;
};

std::string state_text(const std::string& state) {
  if (state == "proved") return tr("proved", "已验证");
  if (state == "acknowledged") return tr("acknowledged", "已接收");
  if (state == "failing") return tr("failing", "失败");
  if (state == "past") return tr("past", "已替换");
  return state == "waiting" ? tr("waiting", "进行中") : state;
}

// Returns "served after 12 ms", or the reason why it is not served.
std::string remark(const json::value& item) {
  std::string failure = text_of(item, "Failure");
  const std::string shows = text_of(item, "Shows");
  const std::string next = text_of(item, "NextTry");
  if (!failure.empty() && !shows.empty()) failure += tr("; shows version ", "；当前使用版本 ") + shows;
  if (!failure.empty() && !next.empty()) failure += tr("; next try ", "；下次重试 ") + next;
  if (!failure.empty()) return failure;
  const std::string until = text_of(item, "ShownUntil");
  if (!until.empty()) return tr("shown until ", "使用至 ") + until;
  const std::string time = text_of(item, "Milliseconds");
  return time.empty() ? "" : tr("after ", "用时 ") + time + " ms";
}

void print_deliveries(const json::value& result, bool only_failing = false) {
  Table table({tr("DOMAIN", "域名"), tr("EDGE", "接入节点"), tr("STATE", "状态"), tr("SHOWN SINCE", "启用时间"),
               tr("LAST SEEN", "最近确认"), ""});
  for (const json::value& item : items_of(result, "DeliveryList")) {
    if (only_failing && text_of(item, "State") != "failing") continue;
    // The domain uses another version now, or the edge no longer takes it.
    const std::string former = flag_of(item, "Expected") ? "" : tr("formerly ", "曾");
    table.add(
        {shown_domain(text_of(item, "Domain")), text_of(item, "Edge"), former + state_text(text_of(item, "State")),
         text_of(item, "ShownSince"), text_of(item, "LastSeen"), remark(item)},
        text_of(item, "State") == "failing" ? Tone::kTrouble : Tone::kPlain);
  }
  if (!table.empty()) std::cout << shown(table);
}

std::string nowhere_text() {
  return tr("no edge takes a domain that uses it: bind it to a domain, and see `livecert edge status`",
            "没有接入节点使用它的域名：请先绑定域名，并查看 `livecert edge status`");
}

base::Result<json::value> describe(Session& session, const std::string& chain, const std::string& cert_id) {
  return session.call("DescribeDelivery", JsonWriter().text("ChainID", chain).text("CertID", cert_id).finish());
}

base::Result<int> delivery(const DeliveryArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const std::string chain, find_chain_id(session, arguments.chain));
  TRY_ASSIGN(const json::value result, describe(session, chain, arguments.cert_id));
  if (arguments.backend.as_json) {
    print_json(result);
    return text_of(result, "State") == "failing" ? kNotServed : 0;
  }
  print_deliveries(result, arguments.only_failing);
  std::cout << tr("version ", "版本 ") << text_of(result, "CertID") << ": "
            << (text_of(result, "State") == "nowhere" ? nowhere_text() : state_text(text_of(result, "State"))) << "\n";
  return text_of(result, "State") == "failing" ? kNotServed : 0;
}

// Whether livecert will not try again after a failure before another order.
bool is_given_up(const json::value& result) {
  return std::ranges::any_of(items_of(result, "DeliveryList"), [](const json::value& item) {
    return flag_of(item, "Expected") && flag_of(item, "Final");
  });
}

// Whether an edge shows the version although clients refuse it.
bool has_ended(const json::value& result) {
  return std::ranges::any_of(items_of(result, "DeliveryList"), [](const json::value& item) {
    return flag_of(item, "Expected") && flag_of(item, "Ended");
  });
}

bool is_served(const std::string& state) {
  return state == "proved" || state == "acknowledged";
}

// How many of the domains and edges that are to show the version do.
void show_progress(Progress& progress, const json::value& result) {
  std::int64_t shown = 0;
  std::int64_t expected = 0;
  for (const json::value& item : items_of(result, "DeliveryList")) {
    if (!flag_of(item, "Expected")) continue;
    ++expected;
    if (is_served(text_of(item, "State"))) ++shown;
  }
  progress.show(shown, expected);
}

base::Result<int> wait(const DeliveryArguments& arguments) {
  TRY_ASSIGN(Session session, Session::open(arguments.backend));
  TRY_ASSIGN(const std::string chain, find_chain_id(session, arguments.chain));
  TRY_ASSIGN(const json::value result, await_delivery(session, chain, arguments.timeout_seconds));
  if (arguments.backend.as_json) {
    print_json(result);
  } else {
    print_awaited(result, arguments.timeout_seconds);
  }
  return status_of_awaited(result);
}

}  // namespace

base::Result<json::value> await_delivery(Session& session, const std::string& chain, int timeout_seconds) {
  const auto end = steady_clock::now() + std::chrono::seconds(timeout_seconds);
  Progress progress(tr("shown", "已启用"));
  for (auto pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    TRY_ASSIGN(json::value result, describe(session, chain, ""));
    const std::string state = text_of(result, "State");
    if (is_served(state) || state == "nowhere" || is_given_up(result) || has_ended(result)) return result;
    if (steady_clock::now() + pause > end) return result;
    show_progress(progress, result);
    std::this_thread::sleep_for(pause);
  }
}

void print_awaited(const json::value& result, int timeout_seconds) {
  const std::string state = text_of(result, "State");
  print_deliveries(result);
  if (state == "nowhere") std::cerr << nowhere_text() << "\n";
  if (has_ended(result)) {
    std::cerr << tr("it has ended, and clients refuse it\n", "证书已过期，客户端会拒绝\n");
  } else if (is_given_up(result)) {
    std::cerr << tr("livecert does not try it again before another version is ordered\n",
                    "在更新证书之前，livecert 不会再重试\n");
  } else if (state == "waiting" || state == "failing") {
    std::cerr << tr("not served everywhere within ", "未在规定时间内全部启用：") << timeout_seconds << tr(" s", " 秒")
              << "\n";
  }
}

int status_of_awaited(const json::value& result) {
  const std::string state = text_of(result, "State");
  if (state == "nowhere") return kNowhere;
  return is_served(state) ? 0 : kNotServed;
}

void add_delivery_commands(CLI::App& cert, Command& chosen) {
  const auto arguments = std::make_shared<DeliveryArguments>();
  const auto takes_chain = [&](CLI::App* command) {
    command->add_option("chain", arguments->chain, chain_help())->required();
    return command;
  };
  CLI::App* const where = takes_chain(
      add_command(cert, "delivery", tr("Show where a certificate is served", "查看证书已在哪些接入节点启用"), arguments,
                  delivery, chosen));
  where->add_option("--cert-id", arguments->cert_id, tr("An earlier version", "指定较早的版本"));
  where->add_flag("--failing", arguments->only_failing, tr("Only what fails", "仅显示失败的"));
  add_watch(*where, arguments->backend.watch_seconds);
  takes_chain(add_command(cert, "wait",
                          tr("Wait until every edge is seen to serve the current version; exit status 2: not in time, "
                             "3: no edge takes it",
                             "等待所有接入节点启用当前版本；退出码 2：超时，3：没有接入节点使用它"),
                          arguments, wait, chosen))
      ->add_option("--timeout", arguments->timeout_seconds, tr("Seconds; default 30", "秒数；默认 30"))
      ->check(CLI::Range(0, 86'400));
}

}  // namespace livecert::cli
