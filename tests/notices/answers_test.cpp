#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notices/payload.h"

namespace livecert::notices {
namespace {

using Kind = Verdict::Kind;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

Channel channel_of(ChannelKind kind) {
  Channel channel{"duty", kind};
  channel.host = "receiver.example.com";
  return channel;
}

const ChannelSecret kSecret{"https://receiver.example.com/send?key=very-secret-key", "signing-secret"};

Verdict verdict(ChannelKind kind, int status, const std::string& body, std::optional<seconds> retry_after = {}) {
  return judge(channel_of(kind), kSecret, outgoing::Answer{status, body, retry_after});
}

TEST(Answers, ASuccessIsOneInEachReceiversWords) {
  EXPECT_EQ(verdict(ChannelKind::kFeishu, 200, R"({"code":0,"msg":"success","data":{}})").kind, Kind::kDelivered);
  EXPECT_EQ(verdict(ChannelKind::kFeishu, 200, R"({"StatusCode":0,"StatusMessage":"success"})").kind, Kind::kDelivered);
  EXPECT_EQ(verdict(ChannelKind::kDingtalk, 200, R"({"errcode":0,"errmsg":"ok"})").kind, Kind::kDelivered);
  EXPECT_EQ(verdict(ChannelKind::kWecom, 200, R"({"errcode":0,"errmsg":"ok"})").kind, Kind::kDelivered);
  EXPECT_EQ(verdict(ChannelKind::kSlack, 200, "ok").kind, Kind::kDelivered);
  EXPECT_EQ(verdict(ChannelKind::kTelegram, 200, R"({"ok":true,"result":{}})").kind, Kind::kDelivered);
  EXPECT_EQ(verdict(ChannelKind::kWebhook, 204, "").kind, Kind::kDelivered);
  EXPECT_EQ(verdict(ChannelKind::kAlertmanager, 200, "").kind, Kind::kDelivered);
  EXPECT_EQ(verdict(ChannelKind::kMail, 250, "").kind, Kind::kDelivered);
}

TEST(Answers, AnErrorInsideA200IsOne) {
  const Verdict sign = verdict(ChannelKind::kFeishu, 200,
                               R"({"code":19021,"msg":"sign match fail or timestamp is not within one hour"})");
  EXPECT_EQ(sign.kind, Kind::kRefused);
  EXPECT_THAT(sign.why, HasSubstr("19021"));
  EXPECT_THAT(sign.why, HasSubstr("check the secret"));
  EXPECT_THAT(verdict(ChannelKind::kFeishu, 200, R"({"code":19022})").why, HasSubstr("IP address"));
  EXPECT_THAT(verdict(ChannelKind::kFeishu, 200, R"({"code":19024})").why, HasSubstr("keyword"));
  EXPECT_EQ(verdict(ChannelKind::kFeishu, 200, R"({"code":11232,"msg":"frequency limited"})").kind, Kind::kLater);
  const Verdict fast = verdict(ChannelKind::kDingtalk, 200, R"({"errcode":130101,"errmsg":"send too fast"})");
  EXPECT_EQ(fast.kind, Kind::kLater);
  EXPECT_EQ(fast.pause, seconds(600)) << "it takes nothing for ten minutes";
  EXPECT_EQ(verdict(ChannelKind::kDingtalk, 200, R"({"errcode":310000,"errmsg":"sign not match"})").kind,
            Kind::kRefused);
  EXPECT_EQ(verdict(ChannelKind::kWecom, 200, R"({"errcode":45009,"errmsg":"api freq out of limit"})").kind,
            Kind::kLater);
  EXPECT_EQ(verdict(ChannelKind::kWecom, 200, R"({"errcode":93000,"errmsg":"invalid webhook url"})").kind,
            Kind::kRefused);
  EXPECT_EQ(verdict(ChannelKind::kWecom, 200, R"({"errcode":40058,"errmsg":"unknown"})").kind, Kind::kRefused);
}

TEST(Answers, AnotherAnswerIsNoSuccess) {
  for (const ChannelKind kind :
       {ChannelKind::kFeishu, ChannelKind::kDingtalk, ChannelKind::kWecom, ChannelKind::kTelegram}) {
    for (const char* body : {"", "<html>", "[]", "{}", R"({"code":"0","errcode":"0","ok":"true"})", "null"}) {
      EXPECT_EQ(verdict(kind, 200, body).kind, Kind::kLater) << to_text(kind) << " " << body;
    }
  }
}

TEST(Answers, TooManyRequestsIsObeyed) {
  const Verdict webhook = verdict(ChannelKind::kWebhook, 429, "", seconds(77));
  EXPECT_EQ(webhook.kind, Kind::kLater);
  EXPECT_EQ(webhook.pause, seconds(77));
  const Verdict telegram =
      verdict(ChannelKind::kTelegram, 429,
              R"({"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":35}})");
  EXPECT_EQ(telegram.kind, Kind::kLater);
  EXPECT_EQ(telegram.pause, seconds(35));
  EXPECT_EQ(verdict(ChannelKind::kSlack, 429, "", seconds(30)).pause, seconds(30));
}

TEST(Answers, WhatPassesIsTriedAgainAndTheRestIsRefused) {
  for (const int status : {408, 429, 500, 502, 503})
    EXPECT_EQ(verdict(ChannelKind::kWebhook, status, "").kind, Kind::kLater);
  for (const int status : {301, 400, 401, 403, 404, 410}) {
    EXPECT_EQ(verdict(ChannelKind::kWebhook, status, "").kind, Kind::kRefused) << status;
  }
  EXPECT_EQ(verdict(ChannelKind::kTelegram, 401, R"({"ok":false,"error_code":401,"description":"Unauthorized"})").kind,
            Kind::kRefused);
  EXPECT_EQ(verdict(ChannelKind::kMail, 421, "").kind, Kind::kLater);
  EXPECT_EQ(verdict(ChannelKind::kMail, 452, "").kind, Kind::kLater);
  EXPECT_EQ(verdict(ChannelKind::kMail, 535, "").kind, Kind::kRefused);
}

TEST(Answers, NoAnswerIsTriedAgain) {
  const Channel channel = channel_of(ChannelKind::kWebhook);
  const Verdict slow = judge(channel, kSecret, base::Error{base::ErrorCode::kDeadlineExceeded, "", "x"});
  EXPECT_EQ(slow.kind, Kind::kLater);
  EXPECT_THAT(slow.why, HasSubstr("does not answer in time"));
  const Verdict down = judge(channel, kSecret, base::Error{base::ErrorCode::kUpstreamFailure, "", "x"});
  EXPECT_THAT(down.why, HasSubstr("receiver.example.com cannot be reached"));
  const auto because = [&](const std::string& reason) {
    return judge(channel, kSecret, base::Error{base::ErrorCode::kUpstreamFailure, reason}).why;
  };
  EXPECT_EQ(because("receiver.example.com: the certificate is not trusted"),
            "receiver.example.com cannot be reached: the certificate is not trusted");
  EXPECT_EQ(because("receiver.example.com: said " + std::string(kSecret.secret)),
            "receiver.example.com cannot be reached");
}

TEST(Answers, AreQuotedAsTheReceiverWroteThem) {
  EXPECT_EQ(verdict(ChannelKind::kWecom, 200, R"({"errcode":4242,"errmsg":"无效的机器人 key"})").why,
            "it answers 4242: 无效的机器人 key");
  EXPECT_THAT(verdict(ChannelKind::kWecom, 200, R"({"errcode":1,"errmsg":"a\nb"})").why, HasSubstr("a\\0Ab"));
}

// The token of a robot may be any part of its address.
TEST(Answers, NoPartOfTheAddressIsRepeated) {
  for (const std::string url :
       {"https://receiver.example.com/bot/v2/hook/token-in-path", "https://receiver.example.com/token-in-path/send",
        "https://receiver.example.com?key=token-in-path&more=yes", "https://receiver.example.com/?token-in-path"}) {
    const ChannelSecret secret{url, "s1"};
    const auto said = [&](const std::string& text) {
      const std::string body = R"({"code":4242,"msg":")" + text + "\"}";
      return judge(channel_of(ChannelKind::kFeishu), secret, outgoing::Answer{200, body, {}}).why;
    };
    EXPECT_EQ(said("unknown token-in-path"), "it answers 4242") << url;
    EXPECT_EQ(said("signed with s1"), "it answers 4242") << url;
    EXPECT_EQ(said("unknown robot"), "it answers 4242: unknown robot") << url;
  }
}

// A receiver may repeat what it got.
TEST(Answers, NoSecretOfTheChannelIsRepeated) {
  const Verdict key = verdict(ChannelKind::kWecom, 200, R"({"errcode":93000,"errmsg":"bad key very-secret-key"})");
  EXPECT_THAT(key.why, Not(HasSubstr("very-secret-key")));
  EXPECT_THAT(key.why, HasSubstr("93000"));
  EXPECT_THAT(verdict(ChannelKind::kFeishu, 200, R"({"code":1,"msg":"signing-secret"})").why,
              Not(HasSubstr("signing-secret")));
  EXPECT_THAT(verdict(ChannelKind::kWecom, 200, R"({"errcode":1,"errmsg":"\u001b[31mred"})").why,
              Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace livecert::notices
