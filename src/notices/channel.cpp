#include "notices/channel.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.h"
#include "base/word.h"
#include "outgoing/call.h"

namespace livecert::notices {
namespace {

using base::Error;
using base::ErrorCode;
using std::chrono::minutes;

constexpr std::array<base::Word<ChannelKind>, 8> kKinds{{
    {ChannelKind::kWebhook, "webhook"},
    {ChannelKind::kFeishu, "feishu"},
    {ChannelKind::kDingtalk, "dingtalk"},
    {ChannelKind::kWecom, "wecom"},
    {ChannelKind::kSlack, "slack"},
    {ChannelKind::kTelegram, "telegram"},
    {ChannelKind::kMail, "mail"},
    {ChannelKind::kAlertmanager, "alertmanager"},
}};
static_assert(base::has_all_words(kKinds, ChannelKind::kAlertmanager));

constexpr std::size_t kMaxName = 60;
constexpr std::size_t kMaxText = 2000;
constexpr std::size_t kMaxRecipients = 50;
constexpr minutes kDay(24 * 60);

Error invalid(std::string what) {
  return {ErrorCode::kInvalidInput, std::move(what)};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "07:30" as minutes; nullopt for anything else, up to 23:59.
std::optional<minutes> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0U, 1U, 3U, 4U}) {
    if (!is_digit(text[i])) return std::nullopt;
  }
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int rest = (text[3] - '0') * 10 + (text[4] - '0');
  if (hours > 23 || rest > 59) return std::nullopt;
  return minutes(hours * 60 + rest);
}

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= kMaxName && std::ranges::all_of(text, fits);
}

// Printable ASCII without spaces: what may stand in an address, and in a field of a message without breaking out of it.
bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kMaxText &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return is_token(text) && at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
         text.find_first_of("<>,;:\"()[]\\") == std::string_view::npos &&
         text.find('@', at + 1) == std::string_view::npos;
}

base::Result<void> check_url(const Channel& channel, const ChannelSecret& secret) {
  const bool is_mail = channel.kind == ChannelKind::kMail;
  const std::string_view url = secret.url;
  const bool fits = is_mail ? url.starts_with("smtp://") || url.starts_with("smtps://")
                            : url.starts_with("https://") || url.starts_with("http://");
  if (!fits || !is_token(url) || channel.host == "?" || channel.host.empty()) {
    return invalid(is_mail
                       ? "URL must be the mail server as smtp://HOST:PORT or smtps://HOST:PORT"
                       : "URL must be the whole address that the receiver gives, beginning with https:// or http://");
  }
  if (url.find('@') < url.find('/', url.find("://") + 3)) {
    return invalid("URL must not hold a user name or a password");
  }
  return {};
}

base::Result<void> check_mail(const Channel& channel, const ChannelSecret& secret) {
  if (!is_mail_address(channel.from)) return invalid("From must be the sender's mail address");
  if (channel.to.empty() || channel.to.size() > kMaxRecipients || !std::ranges::all_of(channel.to, is_mail_address)) {
    return invalid("To must be 1 to 50 mail addresses");
  }
  if (channel.user.empty() != secret.secret.empty()) {
    return invalid("User and Secret belong together: the name and the password for the mail server");
  }
  return {};
}

base::Result<void> check_rest(const Channel& channel, const ChannelSecret& secret) {
  const bool is_telegram = channel.kind == ChannelKind::kTelegram;
  if (is_telegram && (channel.to.size() != 1 || !is_token(channel.to.front()))) {
    return invalid("To must be the one chat that Telegram's bot writes to, such as -1001234567890");
  }
  if (!is_telegram && !channel.to.empty()) return invalid("To is only for mail and telegram");
  if (!channel.from.empty() || !channel.user.empty()) return invalid("From and User are only for mail");
  if (is_telegram && !is_token(secret.secret)) return invalid("Secret must be the token of Telegram's bot");
  if (channel.kind == ChannelKind::kWebhook && secret.secret.empty()) {
    return invalid("Secret is missing: livecert signs every call to a webhook with it");
  }
  const bool takes_secret = is_telegram || channel.kind == ChannelKind::kWebhook ||
                            channel.kind == ChannelKind::kFeishu || channel.kind == ChannelKind::kDingtalk;
  if (!takes_secret && !secret.secret.empty()) {
    return invalid("Secret is not used by a channel of kind " + std::string(to_text(channel.kind)));
  }
  return {};
}

}  // namespace

std::string_view to_text(ChannelKind kind) {
  return base::text_of(kKinds, kind);
}

std::optional<ChannelKind> parse_channel_kind(std::string_view text) {
  return base::value_of(kKinds, text);
}

std::string channel_kinds(std::string_view separator) {
  std::string list;
  for (const auto& word : kKinds) {
    if (!list.empty()) list += separator;
    list += word.text;
  }
  return list;
}

base::Result<QuietHours> QuietHours::parse(std::string_view text) {
  const Error wrong = invalid("QuietHours must look like 22:00-07:00+08:00: begin, end, and the offset from UTC");
  if (text.size() != 11 && text.size() != 17) return wrong;
  const auto begin = parse_clock(text.substr(0, 5));
  const auto end = parse_clock(text.substr(6, 5));
  if (!begin || !end || text[5] != '-' || *begin == *end) return wrong;
  QuietHours hours;
  hours.begin_ = *begin;
  hours.length_ = (*end - *begin + kDay) % kDay;
  if (text.size() == 17) {
    const auto offset = parse_clock(text.substr(12));
    if (!offset || *offset > minutes(14 * 60) || (text[11] != '+' && text[11] != '-')) return wrong;
    hours.offset_ = text[11] == '-' ? -*offset : *offset;
  }
  hours.text_ = text;
  return hours;
}

std::optional<base::Time> QuietHours::end_of(base::Time now) const {
  const auto day = std::chrono::floor<std::chrono::days>(now + offset_);
  for (const auto& midnight : {day - std::chrono::days(1), day}) {
    const base::Time begin = base::Time(midnight) + begin_ - offset_;
    if (now >= begin && now < begin + length_) return begin + length_;
  }
  return std::nullopt;
}

bool Channel::takes(base::AccountId account) const {
  return accounts.empty() || std::ranges::find(accounts, account) != accounts.end();
}

base::Result<Channel> check_channel(Channel channel, const ChannelSecret& secret) {
  if (!is_name(channel.name)) return invalid("Name must be 1 to 60 letters, digits, hyphens and underscores");
  if (secret.secret.size() > kMaxText) return invalid("Secret is too long");
  if (!secret.secret.empty() && !std::ranges::all_of(secret.secret, [](char c) { return c >= 0x20 && c < 0x7f; })) {
    return invalid("Secret must be printable ASCII in one line");
  }
  if (channel.kind == ChannelKind::kAlertmanager && channel.quiet) {
    return invalid("QuietHours are not for alertmanager, which has its own times of silence");
  }
  channel.host = outgoing::host_of(secret.url);
  TRY(check_url(channel, secret));
  if (channel.kind != ChannelKind::kMail) {
    TRY(check_rest(channel, secret));
    return channel;
  }
  if (!channel.user.empty() && !is_token(channel.user)) return invalid("User must be printable ASCII without spaces");
  TRY(check_mail(channel, secret));
  return channel;
}

std::string to_text(const Channel& channel) {
  std::string text;
  const auto add = [&text](std::string_view member, std::string_view value) {
    if (!value.empty()) text.append(member).append("=").append(value).append("\n");
  };
  add("kind", to_text(channel.kind));
  add("language", channel.language == base::Language::kChinese ? "zh" : "en");
  for (const base::AccountId account : channel.accounts) add("account", account.to_string());
  if (channel.quiet) add("quiet", channel.quiet->to_text());
  for (const std::string& to : channel.to) add("to", to);
  add("from", channel.from);
  add("user", channel.user);
  add("host", channel.host);
  return text;
}

namespace {

// False: the release that wrote it knows more than this one.
bool take_member(Channel& channel, std::string_view member, const std::string& value) {
  if (value.empty()) return false;  // to_text() leaves these out
  if (member == "kind") {
    const auto kind = parse_channel_kind(value);
    if (kind) channel.kind = *kind;
    return kind.has_value();
  }
  if (member == "account") {
    const auto account = base::AccountId::parse(value);
    if (account) channel.accounts.push_back(*account);
    return account.has_value();
  }
  if (member == "quiet") {
    auto quiet = QuietHours::parse(value);
    if (quiet) channel.quiet = *std::move(quiet);
    return channel.quiet.has_value();
  }
  if (member == "language") {
    channel.language = value == "zh" ? base::Language::kChinese : base::Language::kEnglish;
    return value == "zh" || value == "en";
  }
  if (member == "to") {
    channel.to.push_back(value);
    return true;
  }
  const std::array<std::pair<std::string_view, std::string*>, 3> texts{
      {{"from", &channel.from}, {"user", &channel.user}, {"host", &channel.host}}};
  const auto* const found = std::ranges::find(texts, member, &std::pair<std::string_view, std::string*>::first);
  if (found == texts.end()) return false;
  *found->second = value;
  return true;
}

}  // namespace

base::Result<Channel> parse_channel(const std::string& name, const std::string& text) {
  Channel channel;
  channel.name = name;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; begin = end + 1, end = text.find('\n', begin)) {
    const std::string line = text.substr(begin, end - begin);
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || !take_member(channel, line.substr(0, equals), line.substr(equals + 1))) {
      return Error{ErrorCode::kConfiguration, "the channel " + name + " was made by another release: add it again"};
    }
  }
  return channel;
}

base::SecretBytes pack(const ChannelSecret& secret) {
  base::WipedBuffer bytes;
  for (const std::string* text : {&secret.url, &secret.secret}) {
    bytes.insert(bytes.end(), text->begin(), text->end());
    bytes.push_back('\n');
  }
  return base::SecretBytes(std::move(bytes));
}

ChannelSecret unpack(const base::SecretBytes& packed) {
  const std::string_view text = base::as_text(packed.reveal(base::SecretAccess()));
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view rest = text.substr(std::min(text.size(), end + 1));
  if (rest.ends_with('\n')) rest.remove_suffix(1);
  return {std::string(text.substr(0, end)), std::string(rest)};
}

}  // namespace livecert::notices
