#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/bytes.h"
#include "base/check.h"
#include "base/control_character.h"
#include "base/utf8.h"
#include "notices/payload.h"

namespace {

using namespace livecert;
using notices::ChannelKind;
using notices::Verdict;

constexpr std::array kStatuses{200, 204, 250, 301, 400, 421, 429, 500, 503, 550};
constexpr std::string_view kToken = "token-in-the-address";
constexpr std::string_view kSecret = "secret-that-signs";

// Whether a robot's body says that it took the message, in the simplest way.
bool says_success(ChannelKind kind, const std::string& body) {
  boost::system::error_code failure;
  const boost::json::value parsed = boost::json::parse(body, failure);
  if (failure || !parsed.is_object()) return false;
  const auto is_zero = [&](const char* member) {
    const auto* const found = parsed.get_object().if_contains(member);
    return found != nullptr && found->is_int64() && found->get_int64() == 0;
  };
  const auto* const ok = parsed.get_object().if_contains("ok");
  switch (kind) {
    case ChannelKind::kFeishu:
      return is_zero("code") || is_zero("StatusCode");
    case ChannelKind::kTelegram:
      return ok != nullptr && ok->is_bool() && ok->get_bool();
    default:
      return is_zero("errcode");
  }
}

void check_answer(ChannelKind kind, int status, const std::string& body) {
  notices::Channel channel{"duty", kind};
  channel.host = "receiver.example.com";
  // The token is where each vendor has it: in the path, or the value of a parameter.
  const std::string place = kind == ChannelKind::kWecom || kind == ChannelKind::kDingtalk ? "send?key=" : "hook/";
  const notices::ChannelSecret secret{"https://receiver.example.com/" + place + std::string(kToken),
                                      std::string(kSecret)};
  const Verdict verdict = notices::judge(channel, secret, outgoing::Answer{status, body, {}});
  LIVECERT_CHECK(verdict.why.find(kToken) == std::string::npos && verdict.why.find(kSecret) == std::string::npos);
  LIVECERT_CHECK(base::is_utf8(base::as_bytes(verdict.why)) && base::escape_controls(verdict.why) == verdict.why);
  LIVECERT_CHECK(verdict.pause.count() >= 0);
  const bool is_delivered = verdict.kind == Verdict::Kind::kDelivered;
  LIVECERT_CHECK(is_delivered == verdict.why.empty());
  const bool is_robot = kind == ChannelKind::kFeishu || kind == ChannelKind::kDingtalk || kind == ChannelKind::kWecom ||
                        kind == ChannelKind::kTelegram;
  if (is_delivered && is_robot) LIVECERT_CHECK(says_success(kind, body));
}

// What was read is written so that it is read again.
void check_texts(const std::string& text) {
  if (const auto quiet = notices::QuietHours::parse(text)) {
    LIVECERT_CHECK(quiet->to_text() == text);
    const base::Time now = base::from_unix_seconds(1'800'000'000);
    const auto end = quiet->end_of(now);
    LIVECERT_CHECK(!end || (*end > now && *end <= now + std::chrono::hours(24) && !quiet->end_of(*end)));
  }
  const auto channel = notices::parse_channel("duty", text);
  if (!channel) return;
  const auto again = notices::parse_channel("duty", notices::to_text(*channel));
  LIVECERT_CHECK(again && *again == *channel);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string text(base::as_text({data + 2, size - 2}));
  check_answer(static_cast<ChannelKind>(data[0] % 8), kStatuses.at(data[1] % kStatuses.size()), text);
  check_texts(text);
  return 0;
}
