#include "notices/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livecert::notices {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;

// 2027-01-15T00:00:00Z
const base::Time kMidnight = base::from_unix_seconds(1'799'971'200);

QuietHours hours_of(std::string_view text) {
  auto parsed = QuietHours::parse(text);
  EXPECT_TRUE(parsed) << text;
  return *parsed;
}

TEST(QuietHours, MayCrossMidnightAndHaveAnOffset) {
  const QuietHours night = hours_of("22:00-07:00");
  EXPECT_EQ(night.end_of(kMidnight - hours(2)), kMidnight + hours(7));
  EXPECT_EQ(night.end_of(kMidnight + hours(6)), kMidnight + hours(7));
  EXPECT_EQ(night.end_of(kMidnight + hours(7)), std::nullopt);
  EXPECT_EQ(night.end_of(kMidnight + hours(21)), std::nullopt);
  const QuietHours in_china = hours_of("22:00-07:00+08:00");
  EXPECT_EQ(in_china.end_of(kMidnight - hours(10)), kMidnight - hours(1));
  EXPECT_EQ(in_china.end_of(kMidnight - hours(10) - minutes(1)), std::nullopt);
  EXPECT_EQ(in_china.end_of(kMidnight), std::nullopt);
  EXPECT_EQ(hours_of("12:00-13:00-03:30").end_of(kMidnight + hours(15) + minutes(45)),
            kMidnight + hours(16) + minutes(30));
}

TEST(QuietHours, RefusesWhatIsNoTime) {
  for (const char* text : {"", "22:00", "22:00-22:00", "24:00-07:00", "22:60-07:00", "2:00-7:00", "22:00-07:00+8",
                           "22:00-07:00+15:00", "22:00_07:00", "22:00-07:00Z08:00", "aa:00-07:00"}) {
    EXPECT_FALSE(QuietHours::parse(text)) << text;
  }
}

Channel channel_of(ChannelKind kind) {
  Channel channel;
  channel.name = "duty";
  channel.kind = kind;
  return channel;
}

std::string refusal(const Channel& channel, const ChannelSecret& secret) {
  const auto checked = check_channel(channel, secret);
  return checked ? "" : checked.error().message;
}

TEST(Channel, ShowsOnlyTheHostOfItsAddress) {
  const auto checked =
      check_channel(channel_of(ChannelKind::kWecom), {"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k1", ""});
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->host, "qyapi.weixin.qq.com");
  EXPECT_THAT(to_text(*checked), ::testing::Not(HasSubstr("k1")));
}

TEST(Channel, IsReadBackFromItsText) {
  Channel channel = channel_of(ChannelKind::kMail);
  channel.language = base::Language::kChinese;
  channel.accounts = {base::AccountId(2100000001), base::AccountId(2100000002)};
  channel.quiet = hours_of("22:00-07:00+08:00");
  channel.to = {"a@example.com", "b@example.com"};
  channel.from = "livecert@example.com";
  channel.user = "livecert";
  const auto checked = check_channel(channel, {"smtps://mail.example.com:465", "pass=word"});
  ASSERT_TRUE(checked) << checked.error().message;
  const auto read = parse_channel("duty", to_text(*checked));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, *checked);
  EXPECT_FALSE(parse_channel("duty", "kind=pigeon\n"));
  EXPECT_FALSE(parse_channel("duty", "color=red\n"));
  EXPECT_FALSE(parse_channel("duty", "kind=mail\nto=\n"));
}

TEST(Channel, PacksItsSecretWhateverIsInIt) {
  const ChannelSecret secret{"https://example.com/a=b", "x=y z"};
  const ChannelSecret read = unpack(pack(secret));
  EXPECT_EQ(read.url, secret.url);
  EXPECT_EQ(read.secret, secret.secret);
  EXPECT_EQ(unpack(pack({"https://example.com", ""})).secret, "");
}

TEST(Channel, RefusesWhatDoesNotFitItsKindAndRepeatsNoSecret) {
  const Channel webhook = channel_of(ChannelKind::kWebhook);
  const ChannelSecret good{"https://hooks.example.com/in", "s3cret-value"};
  EXPECT_EQ(refusal(webhook, good), "");
  Channel nameless = webhook;
  nameless.name = "on duty";
  EXPECT_THAT(refusal(nameless, good), HasSubstr("Name"));
  EXPECT_THAT(refusal(webhook, {good.url, ""}), HasSubstr("Secret is missing"));
  for (const char* url : {"", "hooks.example.com", "ftp://hooks.example.com", "https://", "https:///path",
                          "https://user:pw@hooks.example.com/", "https://hooks.example.com/a b", "smtp://mail:25",
                          "https://hooks.example.com/\r\nX: y"}) {
    const std::string why = refusal(webhook, {url, good.secret});
    EXPECT_THAT(why, HasSubstr("URL")) << url;
    EXPECT_THAT(why, ::testing::Not(HasSubstr("pw"))) << url;
  }
  EXPECT_THAT(refusal(webhook, {good.url, "two\nlines"}), HasSubstr("one line"));
  EXPECT_THAT(refusal(channel_of(ChannelKind::kSlack), good), HasSubstr("not used"));
  EXPECT_THAT(refusal(channel_of(ChannelKind::kTelegram), {"https://api.telegram.org", "1:token"}), HasSubstr("To"));
  Channel silent = channel_of(ChannelKind::kAlertmanager);
  silent.quiet = hours_of("22:00-07:00");
  EXPECT_THAT(refusal(silent, {"http://127.0.0.1:9093", ""}), HasSubstr("QuietHours"));
  Channel mail = channel_of(ChannelKind::kMail);
  EXPECT_THAT(refusal(mail, {"smtp://mail.example.com:25", ""}), HasSubstr("From"));
  mail.from = "livecert@example.com";
  EXPECT_THAT(refusal(mail, {"smtp://mail.example.com:25", ""}), HasSubstr("To"));
  mail.to = {"a@example.com\r\nBcc: b@example.com"};
  EXPECT_THAT(refusal(mail, {"smtp://mail.example.com:25", ""}), HasSubstr("To"));
  mail.to = {"a@example.com"};
  EXPECT_EQ(refusal(mail, {"smtp://mail.example.com:25", ""}), "");
  EXPECT_THAT(refusal(mail, {"smtp://mail.example.com:25", "password"}), HasSubstr("belong together"));
  EXPECT_THAT(refusal(mail, {"https://mail.example.com", ""}), HasSubstr("smtp://"));
}

TEST(Channel, TakesTheDomainsOfItsAccounts) {
  Channel channel = channel_of(ChannelKind::kSlack);
  EXPECT_TRUE(channel.takes(base::AccountId(1)));
  channel.accounts = {base::AccountId(2)};
  EXPECT_FALSE(channel.takes(base::AccountId(1)));
  EXPECT_TRUE(channel.takes(base::AccountId(2)));
}

}  // namespace
}  // namespace livecert::notices
