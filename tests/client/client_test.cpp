#include "client/client.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signature/verify.h"
#include "support/tiny_server.h"

namespace livecert::client {
namespace {

using test::make_answer;
using test::TinyServer;
using ::testing::HasSubstr;

class FixedClock final : public base::Clock {
 public:
  [[nodiscard]] base::Time now() const override { return base::from_unix_seconds(1718781186); }
  [[nodiscard]] base::SteadyTime steady_now() const override { return {}; }
};

const FixedClock kClock;

signature::Credentials make_credentials() {
  return {"AKLTtest", base::SecretBytes::copy_of("c2VjcmV0"), std::nullopt};
}

Client make_client(const std::string& url, Options options = {}) {
  ::setenv("no_proxy", "127.0.0.1", 1);  // whatever the machine's proxy is
  return {Endpoint{url, ""}, make_credentials(), kClock, std::move(options)};
}

const std::string& body_of(const http::Response& response) {
  return std::get<std::string>(response.body);
}

TEST(Client, SendsASignedRequestAndReturnsTheAnswer) {
  TinyServer server(
      [](const http::Request&) { return make_answer("200 OK", R"({"Result":{}})", "X-Tt-Logid: 7\r\n"); });
  Client client = make_client(server.url() + "/");
  const auto response = client.call("ListCertV2", "2023-01-01", base::as_bytes(R"({"PageNum":1})"));
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(body_of(*response), R"({"Result":{}})");
  EXPECT_EQ(response->headers.find("x-tt-logid"), "7");

  ASSERT_EQ(server.requests().size(), 1U);
  const http::Request request = server.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/?Action=ListCertV2&Version=2023-01-01");
  EXPECT_EQ(request.headers.find("Host"), server.authority());
  EXPECT_EQ(base::as_text(request.body), R"({"PageNum":1})");
  const auto claim = signature::parse_claim(request, kClock.now(), {});
  ASSERT_TRUE(claim.has_value()) << claim.error().message;
  const auto verified = signature::verify(request, *claim, make_credentials().secret);
  EXPECT_TRUE(verified.has_value()) << verified.error().message;
}

// Answers as the service does: with its sentence about a signature that does not match.
std::string refusal(const http::Request& sent, const std::string& host, const char* secret) {
  http::Request received;
  received.method = sent.method;
  received.target = sent.target;
  received.body = sent.body;
  for (const http::Header& header : sent.headers.fields()) {
    received.headers.add(header.name, header.name == "Host" ? host : header.value);
  }
  const auto claim = signature::parse_claim(received, kClock.now(), {});
  EXPECT_TRUE(claim.has_value());
  const auto verified = signature::verify(received, *claim, base::SecretBytes::copy_of(secret));
  EXPECT_FALSE(verified.has_value());
  return make_answer("401 Unauthorized", R"({"ResponseMetadata":{"Error":{"Code":"SignatureDoesNotMatch","Message":")" +
                                             verified.error().message + R"("}}})");
}

TEST(Client, TellsARequestThatWasChangedOnTheWayFromAWrongSecret) {
  bool rewrites_host = false;
  TinyServer server([&](const http::Request& request) {
    return rewrites_host ? refusal(request, "backend.example:8080", "c2VjcmV0")
                         : refusal(request, std::string(request.headers.find("Host").value_or("")), "another");
  });
  Client client = make_client(server.url());
  ASSERT_TRUE(client.call("ListCertV2", "2023-01-01", base::as_bytes("{}")));
  EXPECT_FALSE(client.was_changed_on_the_way());
  rewrites_host = true;
  ASSERT_TRUE(client.call("ListCertV2", "2023-01-01", base::as_bytes("{}")));
  EXPECT_TRUE(client.was_changed_on_the_way());
}

TEST(Client, KeepsItsConnection) {
  TinyServer server([](const http::Request&) { return make_answer("200 OK", "{}"); });
  Client client = make_client(server.url());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.call("ListCertV2", "2023-01-01", base::as_bytes("{}")).has_value());
  }
  Client moved = std::move(client);
  ASSERT_TRUE(moved.call("ListCertV2", "2023-01-01", base::as_bytes("{}")).has_value());
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(server.requests().size(), 4U);
}

TEST(Client, SendsLargeAndEmptyBodiesAtOnce) {
  TinyServer server([](const http::Request&) { return make_answer("200 OK", "{}"); });
  Client client = make_client(server.url());
  const std::string large(1500000, 'x');
  ASSERT_TRUE(client.call("CreateCert", "2023-01-01", base::as_bytes(large)).has_value());
  ASSERT_TRUE(client.call("ListCertV2", "2023-01-01", {}).has_value());
  const auto requests = server.requests();
  EXPECT_EQ(base::as_text(requests[0].body), large);
  EXPECT_FALSE(requests[0].headers.find("Expect").has_value());
  EXPECT_TRUE(requests[1].body.empty());
}

TEST(Client, ReturnsRefusalsAsAnswers) {
  TinyServer server(
      [](const http::Request&) { return make_answer("429 Too Many Requests", "{}", "Retry-After: 1\r\n"); });
  const auto response = make_client(server.url()).call("ListCertV2", "2023-01-01", base::as_bytes("{}"));
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 429);
  EXPECT_EQ(response->headers.find("Retry-After"), "1");
}

TEST(Client, ReadsChunkedAnswersAndSkipsInterimOnes) {
  TinyServer server([](const http::Request&) {
    return std::string(
        "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2\r\n{}\r\n0\r\n\r\n");
  });
  const auto response = make_client(server.url()).call("ListCertV2", "2023-01-01", base::as_bytes("{}"));
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(body_of(*response), "{}");
  EXPECT_FALSE(response->headers.find("X-Interim").has_value());
}

TEST(Client, SaysWhichEndpointDidNotAnswer) {
  std::string url;
  {
    const TinyServer gone([](const http::Request&) { return std::string(); });
    url = gone.url();
  }
  const auto refused = make_client(url).call("ListCertV2", "2023-01-01", base::as_bytes("{}"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kUpstreamFailure);
  EXPECT_THAT(refused.error().message, HasSubstr(url));

  const TinyServer closing([](const http::Request&) { return std::string(); });
  const auto closed = make_client(closing.url()).call("ListCertV2", "2023-01-01", base::as_bytes("{}"));
  ASSERT_FALSE(closed.has_value());
  EXPECT_EQ(closed.error().code, base::ErrorCode::kUpstreamFailure);
}

TEST(Client, TakesNoHalfAnswer) {
  const TinyServer server(
      [](const http::Request&) { return std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"); });
  Options options;
  options.total_timeout = std::chrono::milliseconds(200);
  const auto response = make_client(server.url(), options).call("ListCertV2", "2023-01-01", base::as_bytes("{}"));
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, base::ErrorCode::kUpstreamFailure);
}

// Found by fuzzing: bytes in the place of digits.
TEST(Client, TakesNoAnswerWithoutAStatus) {
  for (const std::string line : {"HTTP/2222222222222222222222222222222222222221.1 20\xd1\xf2\xf5\xbc\x90\x91\x8b",
                                 "HTTP/1.1 20\xd1", "HTTP/1.1 000 OK"}) {
    const TinyServer server([&](const http::Request&) { return line + "\r\nContent-Length: 2\r\n\r\n{}"; });
    const auto response = make_client(server.url()).call("ListCertV2", "2023-01-01", base::as_bytes("{}"));
    ASSERT_FALSE(response) << line;
    EXPECT_EQ(response.error().code, base::ErrorCode::kUpstreamFailure);
  }
}

TEST(Client, RefusesWhatIsNoEndpoint) {
  for (const char* url : {"", "live.example", "ftp://live.example", "http://", "http://live.example/path",
                          "http://user@live.example", "http://live.example\r\nX: y"}) {
    const auto response = make_client(url).call("ListCertV2", "2023-01-01", base::as_bytes("{}"));
    ASSERT_FALSE(response.has_value()) << url;
    EXPECT_EQ(response.error().code, base::ErrorCode::kConfiguration);
  }
}

// Sets an environment variable for the time of a test.
class WithVariable {
 public:
  WithVariable(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  WithVariable(const WithVariable&) = delete;
  WithVariable& operator=(const WithVariable&) = delete;
  ~WithVariable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

TEST(PlainHttp, GoesNowhereButToThisMachine) {
  // The second is the first as a number, which has to be looked up like a name.
  for (const std::string host : {"192.0.2.1:80", "3221225985:80", "[2001:db8::1]:80", "0.0.0.0:80"}) {
    Client client = make_client("http://" + host);
    const auto refused = client.call("CreateCert", "2023-01-01", base::as_bytes("{}"));
    ASSERT_FALSE(refused.has_value()) << host;
    EXPECT_EQ(refused.error().code, base::ErrorCode::kConfiguration) << refused.error().message;
    EXPECT_THAT(refused.error().message, HasSubstr(host));
    EXPECT_THAT(refused.error().message, HasSubstr("--insecure-http"));
  }
}

TEST(PlainHttp, GoesToANameThatLeadsToThisMachine) {
  TinyServer server([](const http::Request&) { return make_answer("200 OK", "{}"); });
  const std::string port = server.authority().substr(server.authority().find(':'));
  for (const std::string host : {"localhost", "2130706433"}) {  // the latter is 127.0.0.1 as a number
    Client client = make_client("http://" + host + port);
    const auto response = client.call("ListCertV2", "2023-01-01", base::as_bytes("{}"));
    EXPECT_TRUE(response.has_value()) << response.error().message;
  }
}

TEST(PlainHttp, GoesThroughNoProxy) {
  TinyServer server([](const http::Request&) { return make_answer("200 OK", R"({"from":"server"})"); });
  TinyServer proxy([](const http::Request&) { return make_answer("200 OK", R"({"from":"proxy"})"); });
  Client client = make_client(server.url());
  const WithVariable none("no_proxy", "");
  const WithVariable proxied("http_proxy", proxy.url());
  const auto response = client.call("ListCertV2", "2023-01-01", base::as_bytes("{}"));
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(body_of(*response), R"({"from":"server"})");
  EXPECT_TRUE(proxy.requests().empty());
}

TEST(PlainHttp, GoesElsewhereWhenTheEndpointAllowsIt) {
  TinyServer proxy([](const http::Request&) { return make_answer("200 OK", R"({"from":"proxy"})"); });
  const WithVariable none("no_proxy", "");
  const WithVariable proxied("http_proxy", proxy.url());
  Endpoint endpoint{"http://192.0.2.1", ""};
  endpoint.insecure_http = true;
  Client client(endpoint, make_credentials(), kClock);
  const auto response = client.call("ListCertV2", "2023-01-01", base::as_bytes("{}"));
  ASSERT_TRUE(response.has_value()) << response.error().message;
  ASSERT_EQ(proxy.requests().size(), 1U);
  EXPECT_EQ(proxy.requests().front().headers.find("Host"), "192.0.2.1");
}

TEST(Client, TakesNoHeaderWithAControlCharacterInIt) {
  for (const char* const header : {"X-A: b\rX-B: c\r\n", "\rX-A: b\r\n", "X-A\x0b: b\r\n", "X-A: \x1b[2J\r\n"}) {
    TinyServer server([&](const http::Request&) { return make_answer("200 OK", "{}", header); });
    const auto response = make_client(server.url()).call("ListCertV2", "2023-01-01", {});
    ASSERT_FALSE(response) << header;
    EXPECT_EQ(response.error().code, base::ErrorCode::kUpstreamFailure);
  }
  TinyServer server([](const http::Request&) { return make_answer("200 OK", "{}", "X-A: b\tc \r\n"); });
  const auto response = make_client(server.url()).call("ListCertV2", "2023-01-01", {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->headers.find("X-A"), "b\tc");
}

}  // namespace
}  // namespace livecert::client
