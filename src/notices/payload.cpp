#include "notices/payload.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "notices/mail.h"
#include "notices/robots.h"
#include "notices/words.h"

namespace livecert::notices {
namespace {

namespace json = boost::json;

using domain::FactKind;

// WeCom takes 4,096 bytes, Telegram 4,096 characters, Slack 3,000 characters in a block.
constexpr std::size_t kRobotBytes = 2500;
constexpr std::size_t kMailBytes = 200'000;
constexpr std::size_t kMostInWebhook = 1000;
constexpr std::size_t kAlertsAtOnce = 500;
// Four repetitions, as Prometheus does it: one that is lost ends no alert.
constexpr auto kAlertLasts = kRepeatAlerts * 4;

json::object to_item(const Notice& notice, base::Language language, base::Time now) {
  const Fact& fact = notice.fact;
  json::object item;
  item["kind"] = domain::to_text(fact.name.kind);
  item["state"] = notice.is_solved ? "solved" : "open";
  item["level"] = fact.level;
  item["domain"] = fact.name.domain;
  item["account"] = fact.account.to_string();
  item["project"] = fact.project;
  if (!fact.name.edge.empty()) item["edge"] = fact.name.edge;
  json::array& edges = item["edges"].emplace_array();
  for (const std::string& edge : fact.edges) edges.emplace_back(edge);
  item["ends_at"] = base::to_rfc3339(fact.ends_at);
  item["since"] = base::to_rfc3339(fact.since);
  item["renewed"] = fact.is_renewed;
  item["text"] = title_of(notice, language, now);
  return item;
}

// A secret with this beginning is base64, as the receivers' libraries expect it.
std::string key_of(const std::string& secret) {
  constexpr std::string_view kMark = "whsec_";
  if (secret.starts_with(kMark)) {
    if (const auto key = base::parse_base64(std::string_view(secret).substr(kMark.size()))) {
      return std::string(base::as_text(*key));
    }
  }
  return secret;
}

// Signed as Standard Webhooks says, so that receivers find a library for it
// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
outgoing::Call to_webhook(const Channel& channel, const ChannelSecret& secret, const std::vector<Notice>& notices,
                          base::Time now) {
  const std::string id = message_id(channel, notices, now);
  json::object body;
  body["type"] = notices.empty() ? "test" : notices.size() == 1 ? "notice" : "digest";
  body["id"] = id;
  body["channel"] = channel.name;
  body["timestamp"] = base::to_rfc3339(now);
  body["title"] = text_of(notices, channel.language, now, 0).title;
  json::array& list = body["notices"].emplace_array();
  for (std::size_t i = 0; i < std::min(notices.size(), kMostInWebhook); ++i) {
    list.push_back(to_item(notices[i], channel.language, now));
  }
  body["more"] = notices.size() - list.size();
  outgoing::Call call = post_json(secret.url, json::serialize(body));
  const std::string stamp = std::to_string(base::to_unix_seconds(now));
  const std::string signed_text = id + "." + stamp + "." + call.body;
  const auto digest = crypto::hmac_sha256(base::as_bytes(key_of(secret.secret)), base::as_bytes(signed_text));
  call.headers.emplace_back("webhook-id", id);
  call.headers.emplace_back("webhook-timestamp", stamp);
  call.headers.emplace_back("webhook-signature", "v1," + base::to_base64(digest));
  return call;
}

json::object to_alert(const Notice& notice, std::string_view severity, const Channel& channel, base::Time ends_at,
                      base::Time now) {
  const Fact& fact = notice.fact;
  json::object labels;
  labels["alertname"] = fact.name.kind == FactKind::kEnding ? "LivecertNoValidCertificate" : "LivecertNotShown";
  labels["severity"] = severity;
  labels["domain"] = fact.name.domain;
  labels["account"] = fact.account.to_string();
  labels["project"] = fact.project;
  if (!fact.name.edge.empty()) labels["edge"] = fact.name.edge;
  json::object alert;
  alert["labels"] = std::move(labels);
  alert["annotations"] = {{"summary", title_of(notice, channel.language, now)},
                          {"level", std::to_string(fact.level)},
                          {"ends_at", base::to_rfc3339(fact.ends_at)}};
  alert["startsAt"] = base::to_rfc3339(std::min(fact.since, now));
  alert["endsAt"] = base::to_rfc3339(ends_at);
  return alert;
}

// The alerts of one fact.
void add_alerts(json::array& alerts, const Notice& notice, const Channel& channel, base::Time ends_at, base::Time now) {
  alerts.push_back(to_alert(notice, "warning", channel, ends_at, now));
  if (notice.fact.level >= kTwelfth) alerts.push_back(to_alert(notice, "critical", channel, ends_at, now));
}

json::array test_alert(const Channel& channel, base::Time now) {
  json::object alert;
  alert["labels"] = {{"alertname", "LivecertTest"}, {"severity", "none"}, {"channel", channel.name}};
  alert["annotations"] = {{"summary", text_of({}, channel.language, now, 0).title}};
  alert["startsAt"] = base::to_rfc3339(now);
  alert["endsAt"] = base::to_rfc3339(now + kRepeatAlerts);
  return {std::move(alert)};
}

}  // namespace

Sending make_message(const Channel& channel, const ChannelSecret& secret, const std::vector<Notice>& notices,
                     base::Time now) {
  const auto text = [&](std::size_t max_bytes) { return text_of(notices, channel.language, now, max_bytes); };
  switch (channel.kind) {
    case ChannelKind::kFeishu:
      return to_feishu(secret, text(kRobotBytes), now);
    case ChannelKind::kDingtalk:
      return to_dingtalk(secret, text(kRobotBytes), now);
    case ChannelKind::kWecom:
      return to_wecom(secret, text(kRobotBytes));
    case ChannelKind::kSlack:
      return to_slack(secret, text(kRobotBytes));
    case ChannelKind::kTelegram:
      return to_telegram(channel, secret, text(kRobotBytes));
    case ChannelKind::kMail:
      return make_mail(channel, secret, text(kMailBytes), message_id(channel, notices, now), now);
    case ChannelKind::kWebhook:
    case ChannelKind::kAlertmanager:
      break;
  }
  return to_webhook(channel, secret, notices, now);
}

std::vector<outgoing::Call> make_alerts(const Channel& channel, const ChannelSecret& secret, const Alerts& alerts,
                                        base::Time now) {
  json::array all;
  for (const Fact& fact : alerts.firing) add_alerts(all, Notice{fact}, channel, now + kAlertLasts, now);
  for (const Notice& over : alerts.over) add_alerts(all, over, channel, now, now);
  if (all.empty()) all = test_alert(channel, now);
  std::string url = secret.url;
  while (url.ends_with('/')) url.pop_back();
  constexpr std::string_view kPath = "/api/v2/alerts";
  if (!url.ends_with(kPath)) url += kPath;
  std::vector<outgoing::Call> calls;
  for (std::size_t begin = 0; begin < all.size(); begin += kAlertsAtOnce) {
    json::array some;
    for (std::size_t i = begin; i < std::min(all.size(), begin + kAlertsAtOnce); ++i) some.push_back(all[i]);
    calls.push_back(post_json(url, json::serialize(some)));
  }
  return calls;
}

std::string message_id(const Channel& channel, const std::vector<Notice>& notices, base::Time now) {
  std::string text = channel.name;
  if (notices.empty()) text += "\ntest " + std::to_string(base::to_unix_micros(now));
  for (const Notice& notice : notices) {
    const Fact& fact = notice.fact;
    text +=
        "\n" + std::string(domain::to_text(fact.name.kind)) + " " + fact.name.domain + " " + fact.name.edge + " " +
        std::to_string(fact.level) + " " + std::to_string(base::to_unix_micros(fact.ends_at)) +
        // An edge that fails for a second time is another fact; an end is one fact however often it is computed.
        (fact.name.kind == domain::FactKind::kNotShown ? " " + std::to_string(base::to_unix_micros(fact.since)) : "") +
        (notice.is_solved ? " solved" : "");
  }
  return base::to_hex(base::ByteView(crypto::sha256(base::as_bytes(text))).first(16));
}

}  // namespace livecert::notices
