#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "integration/raw_connection.h"
#include "integration/remote.h"
#include "signature/sign.h"

// The API as bytes on a socket.
namespace livecert::test {
namespace {

using testing::HasSubstr;

class Http : public testing::Test {
 protected:
  static constexpr std::string_view kTarget = "/?Action=ListAccounts&Version=2026-12-01";

  // The head of a signed request, without what frames its body.
  [[nodiscard]] std::string signed_head(std::string_view method, const std::string& body,
                                        std::string_view target = kTarget) const {
    const http::Headers added =
        signature::sign({method, kTarget, server_.http(), "application/json", base::as_bytes(body)}, server_.root(),
                        base::SystemClock().now(), "cn-north-1", "live");
    std::string head = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: " + server_.http() +
                       "\r\nContent-Type: application/json\r\n";
    for (const http::Header& header : added.fields()) head += header.name + ": " + header.value + "\r\n";
    return head;
  }
  [[nodiscard]] std::string signed_message(const std::string& body = "{}") const {
    return signed_head("POST", body) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  [[nodiscard]] static std::string plain(const std::string& line, const std::string& rest = "\r\n") {
    return line + " HTTP/1.1\r\nHost: a\r\n" + rest;
  }

  TemporaryDirectory directory_;
  const ServerProcess server_{directory_.path() / "data"};
};

void expect_error(const RawAnswer& raw, int status, const std::string& code) {
  ASSERT_EQ(raw.status, status) << raw.body;
  EXPECT_EQ(raw.headers.find("Content-Type"), "application/json");
  const Answer answer = parse_answer(raw.status, raw.headers, raw.body);
  EXPECT_EQ(answer.code(), code);
  EXPECT_NE(answer.message(), "");
  EXPECT_TRUE(answer.metadata.at("RequestId").is_string());
  EXPECT_EQ(answer.metadata.at("RequestId"), answer.metadata.at("RequestID"));
}

TEST_F(Http, KeepsTheConnectionAfterARefusedRequest) {
  RawConnection connection(server_.http());
  expect_error(connection.ask(plain("GET /")), 400, "MissingParameter");
  expect_error(connection.ask(plain("GET /?Action=ListCertV2&Version=2023-01-01", "X-Date: 20260601T120000Z\r\n\r\n")),
               401, "MissingAuthenticationToken");
  expect_error(connection.ask(plain("GET /nowhere")), 404, "ResourceNotFound");
  expect_error(connection.ask(plain("DELETE /?Action=ListCertV2&Version=2023-01-01")), 405, "MethodNotAllowed");
  expect_error(connection.ask(signed_message("not JSON")), 400, "InvalidParam.BindError");
  EXPECT_EQ(connection.ask(signed_message()).status, 200);
}

TEST_F(Http, AnswersPipelinedRequestsInOrder) {
  RawConnection connection(server_.http());
  connection.send(signed_message() + plain("GET /nowhere") + signed_message("{ }"));
  EXPECT_EQ(connection.read_answer().status, 200);
  EXPECT_EQ(connection.read_answer().status, 404);
  EXPECT_EQ(connection.read_answer().status, 200);
}

TEST_F(Http, SaysWhichMethodsItTakes) {
  RawConnection connection(server_.http());
  for (const std::string method : {"PUT", "DELETE", "OPTIONS", "PATCH"}) {
    const RawAnswer answer = connection.ask(plain(method + " /?Action=ListCertV2&Version=2023-01-01"));
    expect_error(answer, 405, "MethodNotAllowed");
    EXPECT_EQ(answer.headers.find("Allow"), "GET, POST");
  }
}

// Decision 3, and those below.
TEST_F(Http, TakesAChunkedBody) {
  RawConnection connection(server_.http());
  const RawAnswer answer =
      connection.ask(signed_head("POST", "{ }") + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n2\r\n }\r\n0\r\n\r\n");
  EXPECT_EQ(answer.status, 200) << answer.body;
}

TEST_F(Http, TakesAGetWithAJsonBodyAndOneWithout) {
  RawConnection connection(server_.http());
  EXPECT_EQ(connection.ask(signed_head("GET", "{}") + "Content-Length: 2\r\n\r\n{}").status, 200);
  EXPECT_EQ(connection.ask(signed_head("GET", "") + "\r\n").status, 200);
}

TEST_F(Http, TakesAnAbsoluteFormTarget) {
  RawConnection connection(server_.http());
  const std::string target = "http://" + server_.http() + std::string(kTarget);
  EXPECT_EQ(connection.ask(signed_head("POST", "{}", target) + "Content-Length: 2\r\n\r\n{}").status, 200);
}

TEST_F(Http, AnswersExpect100ContinueBeforeTheBodyIsSent) {
  RawConnection connection(server_.http());
  const RawAnswer interim =
      connection.ask(signed_head("POST", "{}") + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(interim.status, 100);
  EXPECT_EQ(connection.ask("{}").status, 200);
}

TEST_F(Http, RefusesABodyThatIsTooLargeBeforeItIsSent) {
  RawConnection connection(server_.http());
  const RawAnswer answer = connection.ask(plain("POST /", "Content-Length: 2097153\r\nExpect: 100-continue\r\n\r\n"));
  expect_error(answer, 413, "InvalidParam");
  EXPECT_TRUE(connection.is_closed());
}

// Two parties that read such a message differently would disagree about the beginning of the next one.
TEST_F(Http, RefusesWhatInvitesSmugglingAndCloses) {
  const std::array<std::string, 12> messages{
      plain("POST /", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      plain("POST /", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
      plain("POST /", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
      plain("POST /", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      plain("POST /", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
      plain("POST /", "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
      plain("POST /", "Content-Length: +2\r\n\r\n{}"),
      plain("POST /", "Content-Length: 2, 2\r\n\r\n{}"),
      plain("POST /", "Host: b\r\nContent-Length: 2\r\n\r\n{}"),
      plain("POST /", "X-A: 1\r\n folded\r\n\r\n"),
      "POST / HTTP/1.1\nHost: a\n\n",
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  };
  for (const std::string& message : messages) {
    RawConnection connection(server_.http());
    // The request after it must not be answered.
    expect_error(connection.ask(message + signed_message()), 400, "InvalidParam");
    EXPECT_TRUE(connection.is_closed()) << message;
  }
}

TEST_F(Http, RefusesHeadersThatAreTooLarge) {
  RawConnection connection(server_.http());
  const RawAnswer answer = connection.ask(plain("GET /", "X-Long: " + std::string(40'000, 'x') + "\r\n\r\n"));
  expect_error(answer, 431, "InvalidParam");
}

TEST_F(Http, RefusesASpoiltSignatureWithTheDocumentedCode) {
  RawConnection connection(server_.http());
  std::string message = signed_message();
  const std::size_t signature = message.find("Signature=") + 10;
  message[signature] = message[signature] == 'a' ? 'b' : 'a';
  expect_error(connection.ask(message), 401, "SignatureDoesNotMatch");

  message = signed_message();
  message[message.size() - 1] = ']';  // the body is covered
  const RawAnswer answer = connection.ask(message);
  EXPECT_GE(answer.status, 400);
  EXPECT_EQ(connection.ask(signed_message()).status, 200);
}

TEST_F(Http, LogsOneLineForEachRequestWithItsRequestId) {
  RawConnection connection(server_.http());
  const RawAnswer raw = connection.ask(plain("GET /no\"where\\"));
  const Answer answer = parse_answer(raw.status, raw.headers, raw.body);
  const std::string id(answer.metadata.at("RequestId").as_string());
  EXPECT_TRUE(server_.logs("request_id=" + id + " peer=127.0.0.1 user=- action=- status=404")) << server_.log();
}

}  // namespace
}  // namespace livecert::test
