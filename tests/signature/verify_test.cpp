#include "signature/verify.h"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signature/recorded.h"

namespace livecert::signature {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;
using testing::SignedRequest;
using ::testing::StartsWith;
using testing::with_header;

base::Result<VerifiedSignature> check(const http::Request& request, std::string_view secret, base::Time now) {
  TRY_ASSIGN(const Claim claim, parse_claim(request, now, ClaimRules()));
  return verify(request, claim, base::SecretBytes::copy_of(secret));
}

std::vector<SignedRequest> all_signed() {
  std::vector<SignedRequest> requests;
  for (const auto& list : {testing::load_vectors(), testing::load_recorded()}) {
    requests.insert(requests.end(), list.begin(), list.end());
  }
  return requests;
}

// The signature's text changed at one digit.
http::Request with_flipped_digit(const http::Request& request) {
  if (const std::size_t in_query = request.target.find("X-Signature="); in_query != std::string::npos) {
    http::Request changed = request;
    char& digit = changed.target[in_query + 12 + 17];
    digit = digit == '0' ? '1' : '0';
    return changed;
  }
  std::string authorization(request.headers.find("Authorization").value());
  const std::size_t digit = authorization.find("Signature=") + 10 + 17;
  authorization[digit] = authorization[digit] == '0' ? '1' : '0';
  return with_header(request, "Authorization", authorization);
}

// Decision 4.
TEST(Verify, AcceptsWhatEveryClientSigned) {
  const auto requests = all_signed();
  EXPECT_EQ(std::ranges::count(requests, true, &SignedRequest::in_header), 8 + 24);
  EXPECT_EQ(std::ranges::count(requests, false, &SignedRequest::in_header), 5 + 2);
  for (const SignedRequest& entry : requests) {
    const auto verified = check(entry.request, entry.secret, entry.signed_at);
    ASSERT_TRUE(verified.has_value()) << entry.name << ": " << verified.error().message;
    EXPECT_EQ(verified->access_key_id(), entry.access_key_id);
    EXPECT_EQ(verified->scope().service, "live");
  }
}

TEST(Verify, AcceptsNoneOfThemChanged) {
  for (const SignedRequest& entry : all_signed()) {
    SCOPED_TRACE(entry.name);
    const auto with_wrong_secret = check(entry.request, entry.secret + "x", entry.signed_at);
    ASSERT_FALSE(with_wrong_secret.has_value());
    EXPECT_EQ(with_wrong_secret.error().code, ErrorCode::kSignatureMismatch);

    const auto with_wrong_digit = check(with_flipped_digit(entry.request), entry.secret, entry.signed_at);
    ASSERT_FALSE(with_wrong_digit.has_value());
    EXPECT_EQ(with_wrong_digit.error().code, ErrorCode::kSignatureMismatch);

    http::Request changed = entry.request;
    if (changed.body.empty()) changed.body.push_back(0);
    changed.body[changed.body.size() / 2] ^= 1U;
    const auto with_wrong_body = check(changed, entry.secret, entry.signed_at);
    if (entry.in_header) {
      ASSERT_FALSE(with_wrong_body.has_value());
      EXPECT_EQ(with_wrong_body.error().code, ErrorCode::kSignatureMismatch);
    } else {
      ASSERT_TRUE(with_wrong_body.has_value());
      EXPECT_FALSE(with_wrong_body->covers_body()) << "anybody could have written it";
    }

    for (const auto offset : {std::chrono::minutes(-16), std::chrono::minutes(16)}) {
      const auto at_another_time = check(entry.request, entry.secret, entry.signed_at + offset);
      ASSERT_FALSE(at_another_time.has_value());
      EXPECT_EQ(at_another_time.error().code, ErrorCode::kInvalidTimestamp);
    }
  }
}

TEST(Verify, NoticesAnyChangeOfAnythingSigned) {
  const SignedRequest entry = testing::load("post-go-java-py");
  const auto authorization = std::string(entry.request.headers.find("Authorization").value());
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string changed = authorization;
    return with_header(entry.request, "Authorization", changed.replace(changed.find(from), from.size(), to));
  };
  const auto changed = [&](const std::function<void(http::Request&)>& change) {
    http::Request request = entry.request;
    change(request);
    return request;
  };
  const std::vector<http::Request> requests = {
      changed([](http::Request& r) { r.method = "GET"; }),
      changed([](http::Request& r) { r.target = "/x?Action=CreateCert&Version=2023-01-01"; }),
      changed([](http::Request& r) { r.target = "/?Action=DeleteCert&Version=2023-01-01"; }),
      changed([](http::Request& r) { r.target = "/?Action=CreateCert&Version=2023-01-02"; }),
      changed([](http::Request& r) { r.target = "/?Action=CreateCert&Version=2023-01-01&More="; }),
      changed([](http::Request& r) { r.target = "/?Action=CreateCert"; }),
      with_header(entry.request, "Host", "live.volcengineapi.com.example"),
      with_header(entry.request, "Host", "live.volcengineapi.com:8080"),
      with_header(entry.request, "Content-Type", "application/json; charset=utf-8"),
      with_header(entry.request, "X-Date", "20240619T071307Z"),
      with_header(testing::with_header(entry.request, "X-Content-Sha256", "00"), "Content-Type", "application/json"),
      replaced("cn-north-1", "cn-north-2"),
      replaced("/live/", "/sts/"),
      replaced("content-type;host", "host;content-type"),
      replaced("content-type;host;", "host;"),
  };
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto verified = check(requests[i], entry.secret, entry.signed_at);
    ASSERT_FALSE(verified.has_value()) << "change " << i;
    EXPECT_EQ(verified.error().code, ErrorCode::kSignatureMismatch) << "change " << i;
  }
}

TEST(Verify, DoesNotMindWhatIsNotSigned) {
  const SignedRequest entry = testing::load("post-go-java-py");
  http::Request request = with_header(entry.request, "User-Agent", "anything");
  request.target = "https://live.volcengineapi.com/?Version=2023-01-01&Action=Create%43ert";
  EXPECT_TRUE(check(request, entry.secret, entry.signed_at).has_value());
  EXPECT_TRUE(
      check(with_header(request, "Host", " live.volcengineapi.com:443 "), entry.secret, entry.signed_at).has_value());
  EXPECT_TRUE(
      check(with_header(request, "Host", "live.volcengineapi.com:80"), entry.secret, entry.signed_at).has_value());
}

TEST(Verify, SaysThatTheBodyDiffersFromItsStatedHash) {
  SignedRequest entry = testing::load("post-go-java-py");
  entry.request.body.back() = '!';
  const auto verified = check(entry.request, entry.secret, entry.signed_at);
  ASSERT_FALSE(verified.has_value());
  EXPECT_THAT(verified.error().message,
              StartsWith("The request signature we calculated does not match the signature you provided. Check your "
                         "Secret Access Key and signing method. Consult the service documentation for details. "));
  EXPECT_THAT(verified.error().message, HasSubstr("X-Content-Sha256"));
}

TEST(Verify, RefusesAStatedHashOfAnotherBodyEvenWhenItIsNotSigned) {
  const SignedRequest entry = testing::load("post-php");
  EXPECT_TRUE(check(with_header(entry.request, "X-Content-Sha256",
                                "93BDF1000723CBC7B97AC25F21EDF75C911E57216FC548AC0AB9009134F88548"),
                    entry.secret, entry.signed_at)
                  .has_value());
  EXPECT_FALSE(check(with_header(entry.request, "X-Content-Sha256",
                                 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                     entry.secret, entry.signed_at)
                   .has_value());
}

TEST(Verify, NamesTheHashOfTheCanonicalRequestSoThatAClientCanCompareIts) {
  const SignedRequest entry = testing::load("post-go-java-py");
  const auto verified = check(entry.request, "another secret", entry.signed_at);
  ASSERT_FALSE(verified.has_value());
  EXPECT_THAT(verified.error().message, HasSubstr("cd03315cf0b46f8537d24ab470fceb7ec3cd472a646154ada38d607ace7aa5c3"));
  EXPECT_THAT(verified.error().message, ::testing::Not(HasSubstr(entry.secret)));
}

}  // namespace
}  // namespace livecert::signature
