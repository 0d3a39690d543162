#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/bytes.h"
#include "base/control_character.h"
#include "base/utf8.h"
#include "notices/payload.h"

namespace livecert::notices {
namespace {

namespace json = boost::json;

using std::chrono::seconds;

struct Meaning {
  std::int64_t code;
  Verdict::Kind kind;
  seconds pause;
  std::string_view why;
};

// https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
constexpr std::array kFeishu{
    Meaning{19001, Verdict::Kind::kRefused, seconds(0),
            "the address of the robot is wrong: copy it from the chat again"},
    Meaning{19021, Verdict::Kind::kRefused, seconds(0),
            "it does not accept the signature: check the secret, and this machine's clock (at most 1 h wrong)"},
    Meaning{19022, Verdict::Kind::kRefused, seconds(0),
            "it does not accept this machine's IP address: add it to the robot's allow list"},
    Meaning{19024, Verdict::Kind::kRefused, seconds(0),
            "it wants a keyword that the message lacks: set livecert as the robot's keyword"},
    Meaning{9499, Verdict::Kind::kLater, seconds(60), "it gets too many messages"},
    Meaning{11232, Verdict::Kind::kLater, seconds(60), "it gets too many messages"},
};

// https://open.dingtalk.com/document/robots/custom-robot-access; after too many messages it takes none for ten minutes.
constexpr std::array kDingtalk{
    Meaning{-1, Verdict::Kind::kLater, seconds(0), "it is busy"},
    Meaning{130101, Verdict::Kind::kLater, seconds(600), "it gets too many messages"},
    Meaning{410100, Verdict::Kind::kLater, seconds(600), "it gets too many messages"},
    Meaning{300001, Verdict::Kind::kRefused, seconds(0),
            "the token in its address is wrong: copy it from the chat again"},
    Meaning{300005, Verdict::Kind::kRefused, seconds(0),
            "the token in its address is wrong: copy it from the chat again"},
    Meaning{310000, Verdict::Kind::kRefused, seconds(0),
            "its security settings refuse the message: check the secret, this machine's clock, its IP address in the "
            "robot's list, and set livecert as the robot's keyword"},
};

// https://developer.work.weixin.qq.com/document/path/90313
constexpr std::array kWecom{
    Meaning{-1, Verdict::Kind::kLater, seconds(0), "it is busy"},
    Meaning{45009, Verdict::Kind::kLater, seconds(60), "it gets too many messages"},
    Meaning{45033, Verdict::Kind::kLater, seconds(60), "it gets too many messages at once"},
    Meaning{93000, Verdict::Kind::kRefused, seconds(0), "the key in its address is wrong: copy it from the chat again"},
};

// The parts of an address behind its host, each of which may be the token of a robot.
std::vector<std::string_view> secret_parts(std::string_view url) {
  constexpr std::size_t kShortest = 6;
  const std::size_t host = url.find("://");
  const std::size_t begin = url.find_first_of("/?", host == std::string_view::npos ? 0 : host + 3);
  std::vector<std::string_view> parts;
  while (begin != std::string_view::npos && !url.empty()) {
    const std::size_t end = url.find_last_of("/?&=");
    const std::string_view part = end == std::string_view::npos ? url : url.substr(end + 1);
    if (part.size() >= kShortest) parts.push_back(part);
    if (end == std::string_view::npos || end <= begin) break;
    url.remove_suffix(url.size() - end);
  }
  return parts;
}

// What a receiver says, if it does not repeat a secret.
std::string quoted(const ChannelSecret& secret, std::string_view text) {
  constexpr std::size_t kLongest = 200;  // in bytes
  std::vector<std::string_view> parts = secret_parts(secret.url);
  if (!secret.secret.empty()) parts.push_back(secret.secret);
  const bool repeats =
      std::ranges::any_of(parts, [text](std::string_view part) { return text.find(part) != std::string_view::npos; });
  if (text.empty() || repeats || !base::is_utf8(base::as_bytes(text))) return "";
  text = text.substr(0, kLongest);
  while (!base::is_utf8(base::as_bytes(text))) text.remove_suffix(1);  // no half character
  return ": " + base::escape_controls(text);
}

std::optional<json::value> parse_object(const std::string& body) {
  boost::system::error_code failure;
  json::value parsed = json::parse(body, failure);
  if (failure || !parsed.is_object()) return std::nullopt;
  return parsed;
}

std::optional<std::int64_t> integer_of(const json::value& object, std::string_view member) {
  const json::value* const found = object.as_object().if_contains(json::string_view(member.data(), member.size()));
  if (found == nullptr) return std::nullopt;
  if (found->is_int64()) return found->get_int64();
  return std::nullopt;
}

std::string text_in(const json::value& object, std::string_view member) {
  const json::value* const found = object.as_object().if_contains(json::string_view(member.data(), member.size()));
  if (found == nullptr || !found->is_string()) return "";
  return std::string(found->get_string().c_str(), found->get_string().size());
}

Verdict refused(std::string why) {
  return {Verdict::Kind::kRefused, std::move(why)};
}

Verdict unreadable() {
  return {Verdict::Kind::kLater, "its answer is not that of such a robot: check its address"};
}

Verdict judge_code(std::int64_t code, std::span<const Meaning> meanings, const std::string& said) {
  if (code == 0) return {Verdict::Kind::kDelivered};
  const std::string prefix = "it answers " + std::to_string(code) + said;
  const auto found = std::ranges::find(meanings, code, &Meaning::code);
  if (found == meanings.end()) return refused(prefix);
  return {found->kind, prefix + "; " + std::string(found->why), found->pause};
}

// Feishu's older answers say StatusCode.
Verdict judge_feishu(const ChannelSecret& secret, const std::string& body) {
  const auto object = parse_object(body);
  if (!object) return unreadable();
  const auto code = integer_of(*object, "code");
  const auto old_code = integer_of(*object, "StatusCode");
  if (!code && !old_code) return unreadable();
  return judge_code(code ? *code : *old_code, kFeishu, quoted(secret, text_in(*object, "msg")));
}

Verdict judge_errcode(const ChannelSecret& secret, const std::string& body, std::span<const Meaning> meanings) {
  const auto object = parse_object(body);
  const auto code = object ? integer_of(*object, "errcode") : std::nullopt;
  if (!code) return unreadable();
  return judge_code(*code, meanings, quoted(secret, text_in(*object, "errmsg")));
}

// https://core.telegram.org/bots/api#making-requests
Verdict judge_telegram(const ChannelSecret& secret, const outgoing::Answer& answer) {
  const auto object = parse_object(answer.body);
  const json::value* const ok = object ? object->as_object().if_contains("ok") : nullptr;
  if (ok == nullptr || !ok->is_bool()) return unreadable();
  if (ok->get_bool()) return {Verdict::Kind::kDelivered};
  const std::int64_t code = integer_of(*object, "error_code").value_or(answer.status);
  Verdict verdict = refused("it answers " + std::to_string(code) + quoted(secret, text_in(*object, "description")));
  if (code != 429 && code < 500) return verdict;
  verdict.kind = Verdict::Kind::kLater;
  const json::value* const parameters = object->as_object().if_contains("parameters");
  if (parameters != nullptr && parameters->is_object()) {
    verdict.pause = seconds(std::clamp<std::int64_t>(integer_of(*parameters, "retry_after").value_or(0), 0, 86'400));
  }
  return verdict;
}

bool is_good(int status) {
  return status >= 200 && status < 300;
}

// RFC 9110 §15: these say that another attempt may succeed.
bool is_passing(int status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

Verdict judge_status(const outgoing::Answer& answer) {
  Verdict verdict = refused("it answers with status " + std::to_string(answer.status));
  if (is_passing(answer.status)) verdict.kind = Verdict::Kind::kLater;
  verdict.pause = answer.retry_after.value_or(seconds(0));
  return verdict;
}

// RFC 5321 §4.2.1: 4yz passes by itself.
Verdict judge_mail(const outgoing::Answer& answer) {
  if (is_good(answer.status)) return {Verdict::Kind::kDelivered};
  Verdict verdict = refused("the mail server answers " + std::to_string(answer.status));
  if (answer.status < 500) verdict.kind = Verdict::Kind::kLater;
  return verdict;
}

}  // namespace

Verdict judge(const Channel& channel, const ChannelSecret& secret, const base::Result<outgoing::Answer>& answer) {
  if (!answer) {
    if (answer.error().code == base::ErrorCode::kDeadlineExceeded) {
      return {Verdict::Kind::kLater, channel.host + " does not answer in time"};
    }
    std::string_view reason = answer.error().message;
    const std::string host = channel.host + ": ";
    if (reason.starts_with(host)) reason.remove_prefix(host.size());
    return {Verdict::Kind::kLater, channel.host + " cannot be reached" + quoted(secret, reason)};
  }
  if (channel.kind == ChannelKind::kMail) return judge_mail(*answer);
  // Telegram has its own words for every status.
  if (channel.kind == ChannelKind::kTelegram && parse_object(answer->body)) return judge_telegram(secret, *answer);
  if (!is_good(answer->status)) return judge_status(*answer);
  switch (channel.kind) {
    case ChannelKind::kFeishu:
      return judge_feishu(secret, answer->body);
    case ChannelKind::kDingtalk:
      return judge_errcode(secret, answer->body, kDingtalk);
    case ChannelKind::kWecom:
      return judge_errcode(secret, answer->body, kWecom);
    case ChannelKind::kTelegram:
      return judge_telegram(secret, *answer);
    case ChannelKind::kWebhook:
    case ChannelKind::kSlack:
    case ChannelKind::kMail:
    case ChannelKind::kAlertmanager:
      break;
  }
  return {Verdict::Kind::kDelivered};
}

}  // namespace livecert::notices
