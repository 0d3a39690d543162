#include "signature/sts2.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signature/recorded.h"
#include "signature/verify.h"

namespace livecert::signature {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string_view text_of(const base::SecretBytes& secret) {
  return base::as_text(secret.reveal(base::SecretAccess()));
}

void expect_invalid(const base::Error& error, const std::string& why) {
  EXPECT_EQ(error.code, ErrorCode::kInvalidSecurityToken);
  EXPECT_THAT(error.message, StartsWith("Invalid secret token, msg: "));
  EXPECT_THAT(error.message, HasSubstr(why));
}

// A token that the vendor's Node SDK made, and a request that it signed with it.
class SdkToken : public ::testing::Test {
 protected:
  [[nodiscard]] std::string fact(std::string_view name) const { return std::string(facts_.at(name).as_string()); }
  [[nodiscard]] base::SecretBytes long_term_secret() const {
    return base::SecretBytes::copy_of(fact("long_term_secret"));
  }
  [[nodiscard]] base::Result<TemporaryKey> open(const Sts2Token& token) const {
    return open_sts2(token, fact("access_key_id"), long_term_secret(), now_);
  }

  boost::json::value facts_ = boost::json::parse(testing::read_file(LIVECERT_TEST_DATA "/sts2.json"));
  base::Time expires_at_ = base::from_unix_seconds(facts_.at("expires_at").as_int64());
  base::Time now_ = expires_at_ - base::Seconds(3600);
  Sts2Token token_ = parse_sts2(fact("token")).value();
};

TEST_F(SdkToken, Opens) {
  EXPECT_EQ(token_.long_term_access_key_id, fact("long_term_access_key_id"));
  const auto key = open(token_);
  ASSERT_TRUE(key.has_value()) << key.error().message;
  EXPECT_EQ(key->access_key_id, fact("access_key_id"));
  EXPECT_EQ(text_of(key->secret), fact("secret"));
  EXPECT_EQ(key->expires_at, expires_at_);
  EXPECT_EQ(key->policy, fact("policy"));
}

TEST_F(SdkToken, SignsARequestThatVerifies) {
  http::Request request;
  request.method = fact("method");
  request.target = fact("target");
  for (const auto& [name, value] : facts_.at("headers").as_object()) {
    request.headers.add(std::string(name), std::string(value.as_string()));
  }
  const std::string body = fact("body");
  request.body.assign(body.begin(), body.end());

  const auto claim = parse_claim(request, now_, {});
  ASSERT_TRUE(claim.has_value()) << claim.error().message;
  const auto token = parse_sts2(claim->session_token.value());
  ASSERT_TRUE(token.has_value());
  const auto key = open_sts2(*token, claim->access_key_id, long_term_secret(), now_);
  ASSERT_TRUE(key.has_value());
  EXPECT_TRUE(verify(request, *claim, key->secret).has_value());
  EXPECT_FALSE(verify(request, *claim, long_term_secret()).has_value());
}

TEST_F(SdkToken, ExpiresAtItsSecond) {
  now_ = expires_at_ - base::Seconds(1);
  EXPECT_TRUE(open(token_).has_value());
  now_ = expires_at_;
  expect_invalid(open(token_).error(), "expired");
}

TEST_F(SdkToken, OpensOnlyUnchanged) {
  Sts2Token changed = token_;
  changed.expires_at += 3600;
  expect_invalid(open(changed).error(), "signature does not match");
  changed = token_;
  changed.policy.clear();
  expect_invalid(open(changed).error(), "signature does not match");
  changed = token_;
  changed.sealed_secret[5] = changed.sealed_secret[5] == 'A' ? 'B' : 'A';
  expect_invalid(open(changed).error(), "signature does not match");
  changed = token_;
  changed.long_term_access_key_id += "x";
  expect_invalid(open(changed).error(), "signature does not match");
}

TEST_F(SdkToken, OpensOnlyForItsOwnAccessKeyAndSecret) {
  expect_invalid(open_sts2(token_, "AKTPother", long_term_secret(), now_).error(), "another access key");
  expect_invalid(open_sts2(token_, fact("access_key_id"), base::SecretBytes::copy_of("other"), now_).error(),
                 "signature does not match");
}

TEST(Sts2, MadeHereOpensHere) {
  const base::Time now = base::from_unix_seconds(1700000000);
  const base::SecretBytes long_term = base::SecretBytes::copy_of("long-term");
  for (std::size_t length = 1; length < 40; ++length) {
    const std::string secret(length, 's');
    const TemporaryKey key{"AKLTa", "AKTPb", base::SecretBytes::copy_of(secret), now + base::Seconds(60), ""};
    const Credentials credentials = make_sts2(key, long_term);
    EXPECT_EQ(credentials.access_key_id, "AKTPb");
    const auto token = parse_sts2(credentials.session_token.value());
    ASSERT_TRUE(token.has_value());
    const auto opened = open_sts2(*token, "AKTPb", long_term, now);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    EXPECT_EQ(text_of(opened->secret), secret);
  }
}

TEST(Sts2, RefusesWhatIsNoToken) {
  const auto encoded = [](std::string_view json) { return "STS2" + base::to_base64(base::as_bytes(json)); };
  for (const std::string& text : std::vector<std::string>{
           "", "STS2", "opaque", "STS2exampleToken+/=", "STS2eyJMVEFjY2Vzc0tleUlkIjoiQUtMVHRlc3QifQ==", encoded("[]"),
           encoded("{}"), encoded(std::string(4000, '[')),
           encoded(R"({"LTAccessKeyId":"a","AccessKeyId":"b","SignedSecretAccessKey":"c","Signature":"d"})"),
           encoded(R"({"LTAccessKeyId":"a","AccessKeyId":"b","SignedSecretAccessKey":"c","Signature":"d",)"
                   R"("ExpiredTime":9223372036854775807})"),
           encoded(R"({"LTAccessKeyId":1,"AccessKeyId":"b","SignedSecretAccessKey":"c","Signature":"d",)"
                   R"("ExpiredTime":1})")}) {
    const auto token = parse_sts2(text);
    ASSERT_FALSE(token.has_value()) << text;
    expect_invalid(token.error(), "not a readable STS2 token");
  }
}

}  // namespace
}  // namespace livecert::signature
