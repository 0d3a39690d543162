#include "notices/payload.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "notices/words.h"

namespace livecert::notices {
namespace {

namespace json = boost::json;

using domain::FactKind;
using std::chrono::days;
using std::chrono::hours;
using ::testing::HasSubstr;
using ::testing::Not;

// 2027-01-15T08:00:00.123Z
const base::Time kNow = base::from_unix_micros(1'800'000'000'123'000);

Notice ending(std::int64_t level, const std::string& domain = "live.example.com") {
  Fact fact{{FactKind::kEnding, domain, ""}, base::AccountId(2100000001), "default", level, {}, {}, {"web1"}};
  fact.ends_at = level == kEnded ? kNow - hours(3) : kNow + days(5);
  fact.since = kNow - days(2);
  return {fact};
}

Notice not_shown() {
  Fact fact{{FactKind::kNotShown, "live.example.com", "web1"}, base::AccountId(2100000001), "default", 1, {}, {}, {}};
  fact.ends_at = kNow + days(80);
  fact.since = kNow - hours(1);
  fact.failure = "connection refused";
  return {fact};
}

Notice solved(Notice notice) {
  notice.is_solved = true;
  notice.fact.ends_at = kNow + days(90);
  return notice;
}

Channel channel_of(ChannelKind kind, base::Language language = base::Language::kEnglish) {
  Channel channel{"duty", kind, language};
  return channel;
}

outgoing::Call call_of(const Channel& channel, const ChannelSecret& secret, const std::vector<Notice>& notices) {
  const Sending sending = make_message(channel, secret, notices, kNow);
  EXPECT_TRUE(std::holds_alternative<outgoing::Call>(sending));
  return std::get<outgoing::Call>(sending);
}

std::string text_at(const json::value& value, const std::string& pointer) {
  boost::system::error_code failure;
  const json::value* const found = value.find_pointer(pointer, failure);
  EXPECT_TRUE(found != nullptr && found->is_string()) << pointer;
  return found == nullptr || !found->is_string() ? "" : found->get_string().c_str();
}

// The expected signatures of this file were computed with OpenSSL:
//   printf '' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '1800000000\nfeishu-secret' | xxd -p) -binary |
//   base64
TEST(Feishu, SignsInTheBodyWithSecondsAndSecretAsTheKey) {
  const outgoing::Call call =
      call_of(channel_of(ChannelKind::kFeishu), {"https://open.feishu.cn/open-apis/bot/v2/hook/ID", "feishu-secret"},
              {ending(kThird)});
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://open.feishu.cn/open-apis/bot/v2/hook/ID");
  const json::value body = json::parse(call.body);
  EXPECT_EQ(text_at(body, "/timestamp"), "1800000000");
  EXPECT_EQ(text_at(body, "/sign"), "Cei8pEB5FAey21aJyU+zKK0WFMVZTzFPr1htLe6ThKU=");
  EXPECT_EQ(text_at(body, "/msg_type"), "interactive");
  EXPECT_EQ(text_at(body, "/card/header/title/tag"), "plain_text");
  EXPECT_EQ(text_at(body, "/card/header/title/content"),
            "live.example.com: the certificate that is served ends in 5 d (2027-01-20T08:00:00Z)");
  EXPECT_EQ(text_at(body, "/card/header/template"), "red");
  EXPECT_THAT(text_at(body, "/card/elements/0/text/content"), HasSubstr("Shown by: web1"));
}

TEST(Feishu, SignsNothingWithoutASecretAndIsGreenWhenAllIsSolved) {
  const outgoing::Call call =
      call_of(channel_of(ChannelKind::kFeishu, base::Language::kChinese),
              {"https://open.feishu.cn/open-apis/bot/v2/hook/ID", ""}, {solved(ending(kThird))});
  const json::value body = json::parse(call.body);
  EXPECT_FALSE(body.as_object().contains("sign"));
  EXPECT_FALSE(body.as_object().contains("timestamp"));
  EXPECT_EQ(text_at(body, "/card/header/template"), "green");
  EXPECT_EQ(text_at(body, "/card/header/title/content"),
            "live.example.com：已恢复，出示的证书有效期至 2027-04-15T08:00:00Z");
}

//   printf '1800000000123\nSECding' | openssl dgst -sha256 -hmac SECding -binary | base64
TEST(Dingtalk, SignsInTheQueryWithMillisecondsAndTheSecretAsTheKey) {
  const outgoing::Call call =
      call_of(channel_of(ChannelKind::kDingtalk), {"https://oapi.dingtalk.com/robot/send?access_token=T", "SECding"},
              {ending(kEnded)});
  EXPECT_EQ(call.url,
            "https://oapi.dingtalk.com/robot/send?access_token=T&timestamp=1800000000123"
            "&sign=iGXlRPIEJ%2BnpkLcGKOumRMumX6RR5CDaAC062RNU5iM%3D");
  const json::value body = json::parse(call.body);
  EXPECT_EQ(text_at(body, "/msgtype"), "markdown");
  EXPECT_EQ(text_at(body, "/markdown/title"),
            "live.example.com: no valid certificate is served since 2027-01-15T05:00:00Z");
  EXPECT_THAT(text_at(body, "/markdown/text"), HasSubstr("\n\n"));
  EXPECT_TRUE(body.at_pointer("/at/atMobiles").is_array());
}

TEST(Wecom, SendsMarkdownWithinItsLimitWithoutASignature) {
  std::vector<Notice> many;
  for (int i = 0; i < 500; ++i) many.push_back(ending(kThird, "domain-" + std::to_string(i) + ".example.com"));
  for (const auto language : {base::Language::kEnglish, base::Language::kChinese}) {
    const outgoing::Call call = call_of(channel_of(ChannelKind::kWecom, language),
                                        {"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=K", ""}, many);
    EXPECT_EQ(call.url, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=K");
    const json::value body = json::parse(call.body);
    EXPECT_EQ(text_at(body, "/msgtype"), "markdown");
    const std::string content = text_at(body, "/markdown/content");
    EXPECT_LE(content.size(), 4096U);
    EXPECT_THAT(content, HasSubstr("500"));
    EXPECT_THAT(content, language == base::Language::kEnglish ? HasSubstr(" more") : HasSubstr("项未列出"));
  }
}

TEST(Slack, SendsTextAndBlocksWithItsSignsEscaped) {
  Notice notice = not_shown();
  notice.fact.project = "a&b";
  const outgoing::Call call =
      call_of(channel_of(ChannelKind::kSlack), {"https://hooks.slack.com/services/T/B/X", ""}, {notice});
  const json::value body = json::parse(call.body);
  EXPECT_THAT(text_at(body, "/text"), HasSubstr("the edge web1 has not shown the certificate that it should"));
  EXPECT_EQ(text_at(body, "/blocks/0/type"), "section");
  EXPECT_EQ(text_at(body, "/blocks/0/text/type"), "mrkdwn");
  EXPECT_THAT(text_at(body, "/blocks/0/text/text"), HasSubstr("connection refused"));
  EXPECT_THAT(text_at(body, "/blocks/0/text/text"), Not(HasSubstr("a&b")));
}

TEST(Telegram, HasTheTokenInTheAddressAndPlainText) {
  Channel channel = channel_of(ChannelKind::kTelegram);
  channel.to = {"-1001234567890"};
  const outgoing::Call call = call_of(channel, {"https://api.telegram.org/", "1234:token"}, {ending(kSixth)});
  EXPECT_EQ(call.url, "https://api.telegram.org/bot1234:token/sendMessage");
  const json::value body = json::parse(call.body);
  EXPECT_EQ(text_at(body, "/chat_id"), "-1001234567890");
  EXPECT_FALSE(body.as_object().contains("parse_mode"));
  EXPECT_THAT(call.body, Not(HasSubstr("token")));
}

std::string header(const outgoing::Call& call, std::string_view name) {
  for (const auto& [key, value] : call.headers) {
    if (key == name) return value;
  }
  return "";
}

// python3: base64.b64encode(hmac.new(b"0123456789abcdef01234567", f"{id}.{timestamp}.{body}".encode(),
// "sha256").digest())
TEST(Webhook, SignsAsStandardWebhooksSays) {
  const Channel channel = channel_of(ChannelKind::kWebhook);
  const std::string key = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
  const outgoing::Call call = call_of(channel, {"https://hooks.example.com/in", key}, {ending(kTwelfth)});
  EXPECT_EQ(header(call, "webhook-timestamp"), "1800000000");
  EXPECT_EQ(header(call, "webhook-id"), "cbe03a82d106b42e498f6961d60c9244");
  const std::string expected =
      "{\"type\":\"notice\",\"id\":\"cbe03a82d106b42e498f6961d60c9244\",\"channel\":\"duty\",\"times"
      "tamp\":\"2027-01-15T08:00:00Z\",\"title\":\"live.example.com: the certificate that is "
      "served ends in 5 d (2027-01-20T08:00:00Z)\",\"notices\":[{\"kind\":\"ending\",\"state\":\""
      "open\",\"level\":3,\"domain\":\"live.example.com\",\"account\":\"2100000001\",\"project\":\"de"
      "fault\",\"edges\":[\"web1\"],\"ends_at\":\"2027-01-20T08:00:00Z\",\"since\":\"2027-01-13T08:"
      "00:00Z\",\"renewed\":false,\"text\":\"live.example.com: the certificate that is served"
      " ends in 5 d (2027-01-20T08:00:00Z)\"}],\"more\":0}";
  EXPECT_EQ(call.body, expected);
  EXPECT_EQ(header(call, "webhook-signature"), "v1,wfNDlKd9yqhb9CQbSZuCba1cxPt7NIH8UjwwiQ1yaWA=");
  const outgoing::Call other =
      call_of(channel, {"https://hooks.example.com/in", "0123456789abcdef01234567"}, {ending(kTwelfth)});
  EXPECT_EQ(header(other, "webhook-signature"), header(call, "webhook-signature")) << "the same key, as plain text";
}

TEST(Webhook, HasEveryNoticeOfADigest) {
  const outgoing::Call call =
      call_of(channel_of(ChannelKind::kWebhook), {"https://hooks.example.com/in", "secret"},
              {ending(kEnded), ending(kThird, "b.example.com"), not_shown(), solved(ending(kSixth, "c.example.com"))});
  const json::value body = json::parse(call.body);
  EXPECT_EQ(text_at(body, "/type"), "digest");
  EXPECT_EQ(body.at_pointer("/notices").as_array().size(), 4U);
  EXPECT_EQ(text_at(body, "/notices/2/kind"), "not-shown");
  EXPECT_EQ(text_at(body, "/notices/2/edge"), "web1");
  EXPECT_EQ(text_at(body, "/notices/3/state"), "solved");
}

TEST(MessageId, IsTheSameForTheSameMessageAtAnyTime) {
  const Channel channel = channel_of(ChannelKind::kWebhook);
  const auto id_of = [&](const Notice& notice, base::Time now = kNow) { return message_id(channel, {notice}, now); };
  const std::string id = id_of(ending(kThird));
  EXPECT_EQ(id_of(ending(kThird), kNow + std::chrono::hours(5)), id);
  EXPECT_NE(id_of(ending(kSixth)), id);
  EXPECT_NE(id_of(solved(ending(kThird))), id);
  EXPECT_NE(id_of(ending(kThird, "b.example.com")), id);
}

// Receivers leave out a message whose id they know.
TEST(MessageId, IsAnotherWhenAnEdgeFailsForASecondTimeAndForEachTest) {
  const Channel channel = channel_of(ChannelKind::kWebhook);
  Notice again = not_shown();
  again.fact.since += std::chrono::hours(1);
  EXPECT_NE(message_id(channel, {again}, kNow), message_id(channel, {not_shown()}, kNow));
  EXPECT_EQ(message_id(channel, {again}, kNow + std::chrono::hours(5)), message_id(channel, {again}, kNow));
  EXPECT_NE(message_id(channel, {}, kNow), message_id(channel, {}, kNow + std::chrono::seconds(1)));
}

TEST(Mail, IsTextAndHtmlInLinesThatEveryServerTakes) {
  Channel channel = channel_of(ChannelKind::kMail, base::Language::kChinese);
  channel.from = "livecert@example.com";
  channel.to = {"a@example.com", "b@example.org"};
  channel.user = "livecert";
  channel.host = "mail.example.com:587";
  const Sending sending = make_message(channel, {"smtp://mail.example.com:587", "password"}, {ending(kThird)}, kNow);
  ASSERT_TRUE(std::holds_alternative<outgoing::Mail>(sending));
  const auto& mail = std::get<outgoing::Mail>(sending);
  EXPECT_TRUE(mail.demand_tls);
  EXPECT_EQ(mail.password, "password");
  EXPECT_THAT(mail.message, Not(HasSubstr("password")));
  EXPECT_THAT(mail.message, ::testing::StartsWith("Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n"));
  EXPECT_THAT(mail.message, HasSubstr("\r\nTo: a@example.com,\r\n b@example.org\r\n"));
  EXPECT_THAT(mail.message, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
  EXPECT_THAT(mail.message, HasSubstr("@example.com>\r\nAuto-Submitted: auto-generated\r\n"));
  std::size_t begin = 0;
  for (std::size_t end = mail.message.find("\r\n"); end != std::string::npos;
       begin = end + 2, end = mail.message.find("\r\n", begin)) {
    EXPECT_LE(end - begin, 78U) << mail.message.substr(begin, end - begin);
    EXPECT_EQ(mail.message.substr(begin, end - begin).find('\n'), std::string::npos);
  }
  // The words of the subject, put together again.
  std::string subject;
  for (std::size_t at = mail.message.find("=?UTF-8?B?"); at != std::string::npos;
       at = mail.message.find("=?UTF-8?B?", at + 1)) {
    const std::size_t end = mail.message.find("?=", at);
    const auto word = base::parse_base64(mail.message.substr(at + 10, end - at - 10));
    ASSERT_TRUE(word);
    subject += base::as_text(*word);
  }
  EXPECT_EQ(subject, "live.example.com：出示的证书将在 5 天 后过期（2027-01-20T08:00:00Z）");
}

TEST(Mail, ToThisMachineMayGoWithoutTls) {
  Channel channel = channel_of(ChannelKind::kMail);
  channel.from = "livecert@example.com";
  channel.to = {"a@example.com"};
  for (const auto& [host, demands] :
       {std::pair("127.0.0.1:25", false), std::pair("localhost:25", false), std::pair("[::1]:25", false),
        std::pair("127.example.com:25", true), std::pair("localhost.example.com:25", true)}) {
    channel.host = host;
    const Sending sending = make_message(channel, {std::string("smtp://") + host, ""}, {}, kNow);
    EXPECT_EQ(std::get<outgoing::Mail>(sending).demand_tls, demands) << host;
  }
}

TEST(Alertmanager, GetsWhatHoldsWithAnEndAheadAndWhatIsOverWithAnEndNow) {
  const Channel channel = channel_of(ChannelKind::kAlertmanager);
  const auto calls = make_alerts(channel, {"http://127.0.0.1:9093/", ""},
                                 {{ending(kThird).fact, ending(kEnded, "b.example.com").fact, not_shown().fact},
                                  {solved(ending(kTwelfth, "c.example.com"))}},
                                 kNow);
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].url, "http://127.0.0.1:9093/api/v2/alerts");
  const json::array alerts = json::parse(calls[0].body).as_array();
  ASSERT_EQ(alerts.size(), 6U) << "what has ended and what was in its last twelfth are critical too";
  EXPECT_EQ(text_at(alerts[0], "/labels/alertname"), "LivecertNoValidCertificate");
  EXPECT_EQ(text_at(alerts[0], "/labels/severity"), "warning");
  EXPECT_EQ(text_at(alerts[0], "/labels/domain"), "live.example.com");
  EXPECT_EQ(text_at(alerts[0], "/startsAt"), "2027-01-13T08:00:00Z");
  EXPECT_EQ(text_at(alerts[0], "/endsAt"), "2027-01-15T08:04:00Z");
  EXPECT_EQ(text_at(alerts[2], "/labels/severity"), "critical");
  EXPECT_EQ(text_at(alerts[3], "/labels/alertname"), "LivecertNotShown");
  EXPECT_EQ(text_at(alerts[3], "/labels/edge"), "web1");
  EXPECT_EQ(text_at(alerts[5], "/labels/severity"), "critical");
  EXPECT_EQ(text_at(alerts[5], "/endsAt"), "2027-01-15T08:00:00Z");
}

TEST(Alertmanager, LabelsStayTheSameWhileTheLevelGrows) {
  const auto labels = [](std::int64_t level) {
    const auto calls = make_alerts(channel_of(ChannelKind::kAlertmanager), {"http://am:9093/api/v2/alerts", ""},
                                   {{ending(level).fact}, {}}, kNow);
    EXPECT_EQ(calls[0].url, "http://am:9093/api/v2/alerts");
    return json::parse(calls[0].body).at_pointer("/0/labels");
  };
  EXPECT_EQ(labels(kThird), labels(kEnded));
}

TEST(Alertmanager, ManyAlertsGoInSeveralCalls) {
  Alerts alerts;
  for (int i = 0; i < 1200; ++i) alerts.firing.push_back(ending(kThird, std::to_string(i) + ".example.com").fact);
  EXPECT_EQ(make_alerts(channel_of(ChannelKind::kAlertmanager), {"http://am:9093", ""}, alerts, kNow).size(), 3U);
}

TEST(Words, ATestSaysThatItIsOne) {
  EXPECT_EQ(text_of({}, base::Language::kEnglish, kNow, 1000).title, "livecert: a test");
  EXPECT_EQ(text_of({}, base::Language::kChinese, kNow, 1000).title, "livecert：测试消息");
}

TEST(Words, ADigestCountsWhatItTells) {
  const std::vector<Notice> notices{ending(kEnded), ending(kThird, "b.example.com"), ending(kSixth, "c.example.com"),
                                    not_shown(), solved(ending(kSixth))};
  const Text english = text_of(notices, base::Language::kEnglish, kNow, 10'000);
  EXPECT_EQ(english.title,
            "livecert: 1 domain without a valid certificate, 2 domains whose certificates end soon, "
            "1 domain that an edge does not show as it should, 1 solved");
  EXPECT_EQ(english.lines.size(), 5U);
  EXPECT_EQ(text_of(notices, base::Language::kChinese, kNow, 10'000).title,
            "livecert：1 个域名没有有效证书，2 个域名的证书即将过期，1 个域名在接入节点上未出示应有的证书，1 项已恢复");
}

// A robot may want a keyword in every message; docs/notices.md names this one.
TEST(Words, EveryMessageContainsTheKeyword) {
  for (const auto language : {base::Language::kEnglish, base::Language::kChinese}) {
    for (const std::vector<Notice>& notices : {std::vector<Notice>{},
                                               {ending(kThird)},
                                               {ending(kEnded)},
                                               {not_shown()},
                                               {solved(ending(kThird))},
                                               {solved(not_shown())},
                                               {ending(kThird), not_shown()}}) {
      const Text text = text_of(notices, language, kNow, 1000);
      std::string all = text.title;
      for (const std::string& line : text.lines) all += line;
      EXPECT_THAT(all, HasSubstr("livecert"));
    }
  }
}

TEST(Words, ADomainWithoutEdgesIsNotSaidToBeServed) {
  Notice notice = ending(kThird);
  notice.fact.edges.clear();
  EXPECT_THAT(title_of(notice, base::Language::kEnglish, kNow), HasSubstr("the certificate that it uses ends in"));
  EXPECT_THAT(title_of(notice, base::Language::kChinese, kNow), HasSubstr("所用证书"));
}

TEST(Words, ForeignTextCannotBecomeMarkup) {
  EXPECT_EQ(plain("a*b_c[d](e)\n@all<x>"), "a b c d (e)  all x ");
  const std::string cut = plain(std::string(199, 'a') + "证书");
  EXPECT_EQ(cut, std::string(199, 'a') + "…");
}

}  // namespace
}  // namespace livecert::notices
