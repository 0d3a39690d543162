#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/language.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace livecert::notices {

enum class ChannelKind : std::uint8_t {
  kWebhook,
  kFeishu,
  kDingtalk,
  kWecom,
  kSlack,
  kTelegram,
  kMail,
  kAlertmanager,
};

// The words of the API, the command line and the store. nullopt: there is no such word.
[[nodiscard]] std::string_view to_text(ChannelKind kind);
[[nodiscard]] std::optional<ChannelKind> parse_channel_kind(std::string_view text);
// All words, for messages and help.
[[nodiscard]] std::string channel_kinds(std::string_view separator);

// The hours of each day in which only what cannot wait is told.
class QuietHours {
 public:
  // "22:00-07:00+08:00": begin, end and the offset from UTC, which may be left out for UTC. kInvalidInput otherwise,
  // and when begin and end are equal.
  [[nodiscard]] static base::Result<QuietHours> parse(std::string_view text);
  [[nodiscard]] const std::string& to_text() const { return text_; }
  // The end of the quiet hours that the time is in; nullopt: it is in none.
  [[nodiscard]] std::optional<base::Time> end_of(base::Time now) const;
  bool operator==(const QuietHours&) const = default;

 private:
  QuietHours() = default;
  std::chrono::minutes begin_{};  // since midnight there
  std::chrono::minutes length_{};
  std::chrono::minutes offset_{};
  std::string text_;
};

// A channel without its secret.
struct Channel {
  std::string name;  // letters, digits, hyphens and underscores, 1 to 60
  ChannelKind kind = ChannelKind::kWebhook;
  base::Language language = base::Language::kEnglish;
  std::vector<base::AccountId> accounts = {};  // whose domains it is told about; empty: all
  std::optional<QuietHours> quiet = {};
  std::vector<std::string> to = {};  // mail: the recipients. Telegram: the chat
  std::string from = {};             // mail: the sender
  std::string user = {};             // mail: the name to log in with; empty: no login
  std::string host = {};             // of the address, which may show

  [[nodiscard]] bool takes(base::AccountId account) const;
  bool operator==(const Channel&) const = default;
};

// What must not show: the address may hold a token.
struct ChannelSecret {
  std::string url;
  std::string secret;  // signs, logs in, or is Telegram's token; may be empty where the kind allows that
};

// Checks all members together, and sets the host. kInvalidInput with one sentence that holds neither address nor
// secret.
[[nodiscard]] base::Result<Channel> check_channel(Channel channel, const ChannelSecret& secret);

// The text of a channel in the store, one `member=value` in each line; the name is not in it. parse_channel() fails
// with kConfiguration for a text of another release.
[[nodiscard]] std::string to_text(const Channel& channel);
[[nodiscard]] base::Result<Channel> parse_channel(const std::string& name, const std::string& text);
// The secret as bytes to seal, and back.
[[nodiscard]] base::SecretBytes pack(const ChannelSecret& secret);
[[nodiscard]] ChannelSecret unpack(const base::SecretBytes& packed);

}  // namespace livecert::notices
