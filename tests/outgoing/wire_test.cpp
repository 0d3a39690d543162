#include "outgoing/wire.h"

#include <gtest/gtest.h>

namespace livecert::outgoing::test {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::seconds;

const std::chrono::steady_clock::time_point kDue{std::chrono::nanoseconds(1234567890123)};

Call make_call() {
  return {"PUT", "https://a.example/x", {{"A", "1"}, {"Empty", ""}}, std::string("a\0b", 3), milliseconds(1500), 1000};
}
Mail make_mail() {
  return {"smtp://m.example", false,          "u", "p", "f@a.example", {"t@a.example", "t@b.example"},
          "Hi\r\n",           milliseconds(9)};
}
Fetch make_fetch() {
  return {"http://a.example/ca.der", true, {80, 443, 65535}, 4096, milliseconds(2000)};
}

// Whether every frame that is shorter, or longer by a byte, is refused.
template <typename Parse>
void expect_nothing_missing_or_left(const Frame& whole, const Parse& parse) {
  for (std::size_t size = 0; size < whole.content.size(); ++size) {
    Frame cut = whole;
    cut.content.resize(size);
    EXPECT_FALSE(parse(cut)) << size;
  }
  Frame longer = whole;
  longer.content.push_back(0);
  EXPECT_FALSE(parse(longer));
}

TEST(Wire, ReadsEveryRequestBack) {
  for (const Request& request : {Request(make_call()), Request(make_mail()), Request(make_fetch())}) {
    const auto frame = to_frame(5, Ordered{request, kDue});
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->id, 5U);
    const auto parsed = parse_request(*frame);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->due, kDue);
    EXPECT_EQ(timeout_of(parsed->request), timeout_of(request));
    // All members at once.
    EXPECT_EQ(to_frame(5, *parsed)->content, frame->content);
    expect_nothing_missing_or_left(*frame, [](const Frame& one) { return parse_request(one).has_value(); });
    EXPECT_FALSE(parse_reply(*frame));
  }
  const auto frame = to_frame(1, Ordered{make_call(), kDue});
  const Call call = std::get<Call>(parse_request(*frame)->request);
  EXPECT_EQ(call.method, "PUT");
  EXPECT_EQ(call.headers, make_call().headers);
  EXPECT_EQ(call.body, make_call().body);
  EXPECT_EQ(call.max_answer_bytes, 1000U);
}

TEST(Wire, ReadsEveryReplyBack) {
  const Reply replies[] = {Answer{429, "slow down", seconds(30)},
                           Answer{200, "", {}},
                           Fetched{{1, 2, 3}, {}},
                           Fetched{{}, "https://b.example/"},
                           Failure{ErrorCode::kUpstreamBadAnswer, "no"},
                           Failure{ErrorCode::kDeadlineExceeded, ""}};
  for (const Reply& reply : replies) {
    const Frame frame = to_frame(9, reply);
    const auto parsed = parse_reply(frame);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->index(), reply.index());
    EXPECT_EQ(to_frame(9, *parsed).content, frame.content);
    expect_nothing_missing_or_left(frame, [](const Frame& one) { return parse_reply(one).has_value(); });
    EXPECT_FALSE(parse_request(frame));
  }
}

TEST(Wire, SendsNoRequestThatTheOtherSideWouldRefuse) {
  Call call = make_call();
  call.body.assign(kMaxContent, 'x');
  EXPECT_FALSE(to_frame(1, Ordered{call, kDue}));
  call = make_call();
  call.max_answer_bytes = kMaxContent + 1;
  EXPECT_FALSE(to_frame(1, Ordered{call, kDue}));
  call = make_call();
  call.headers.assign(1001, {"A", "1"});
  EXPECT_FALSE(to_frame(1, Ordered{call, kDue}));
}

TEST(Wire, ARemarkOfTheOtherSideIsShortAndPrintable) {
  for (const std::string& reason : {std::string("line\nbreak"), std::string("\x1b[2J"), std::string("\xe2\x80\xae"),
                                    std::string(kMaxReason + 1, 'x')}) {
    // An honest sender replaces it, so the frame is made of another one of the same size.
    Frame frame = to_frame(1, Failure{ErrorCode::kUpstreamFailure, std::string(kMaxReason, 'x')});
    frame.content.resize(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      frame.content.push_back(static_cast<std::uint8_t>(reason.size() >> static_cast<unsigned>(shift)));
    }
    frame.content.insert(frame.content.end(), reason.begin(), reason.end());
    EXPECT_FALSE(parse_reply(frame));
    const auto replaced = parse_reply(to_frame(1, Failure{ErrorCode::kUpstreamFailure, reason}));
    ASSERT_TRUE(replaced);
    EXPECT_EQ(std::get<Failure>(*replaced).reason, "the answer cannot be used");
  }
}

TEST(Wire, ARedirectIsPrintableAndShort) {
  for (const std::string& target : {std::string("http://a/\r\nX: y"), std::string(9000, 'x')}) {
    const auto reply = parse_reply(to_frame(1, Fetched{{}, target}));
    ASSERT_TRUE(reply);
    EXPECT_TRUE(std::holds_alternative<Failure>(*reply));
  }
}

TEST(Wire, AReplyFitsItsRequestAlone) {
  EXPECT_TRUE(fits(Answer{200, std::string(1000, 'x'), {}}, make_call()));
  EXPECT_FALSE(fits(Answer{200, std::string(1001, 'x'), {}}, make_call()));
  EXPECT_FALSE(fits(Fetched{}, make_call()));
  EXPECT_TRUE(fits(Answer{250, "250 ok", {}}, make_mail()));
  EXPECT_FALSE(fits(Answer{250, std::string(kMaxMailReply + 1, 'x'), {}}, make_mail()));
  EXPECT_TRUE(fits(Fetched{base::Bytes(4096), {}}, make_fetch()));
  EXPECT_FALSE(fits(Fetched{base::Bytes(4097), {}}, make_fetch()));
  EXPECT_FALSE(fits(Answer{}, make_fetch()));
  EXPECT_TRUE(fits(Failure{}, make_fetch()));
}

}  // namespace
}  // namespace livecert::outgoing::test
