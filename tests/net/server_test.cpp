#include "net/server.h"

#include <array>

#include <gtest/gtest.h>

#include "net/support.h"

namespace livecert::net::test {
namespace {

using std::chrono::milliseconds;

TEST(Server, AnswersAndKeepsTheConnection) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  const std::string first = client.ask(get("/a?b=c"));
  EXPECT_EQ(status_of(first), 200);
  EXPECT_EQ(body_of(first), "GET /a?b=c plain 127.0.0.1 ");
  EXPECT_TRUE(has_header(first, "Connection: keep-alive"));
  EXPECT_TRUE(has_header(first, "Keep-Alive: timeout=75"));
  EXPECT_NE(first.find("\r\nDate: "), std::string::npos);
  EXPECT_EQ(body_of(client.ask(post("/", "{}"))), "POST / plain 127.0.0.1 {}");
  EXPECT_EQ(toy.server->connections(), 1U);
}

TEST(Server, ReadsTheBodyOfAGetAndPassesAbsoluteFormOn) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  EXPECT_EQ(body_of(client.ask(get("http://x/?q", "Content-Length: 3\r\n") + "abc")),
            "GET http://x/?q plain 127.0.0.1 abc");
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  client.send(get("/later?ms=30") + post("/2", "two") + get("/3"));
  EXPECT_EQ(body_of(client.read_answer()), "later");
  EXPECT_EQ(body_of(client.read_answer()), "POST /2 plain 127.0.0.1 two");
  EXPECT_EQ(body_of(client.read_answer()), "GET /3 plain 127.0.0.1 ");
}

TEST(Server, ReadsWhatArrivesByteByByte) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  client.send_byte_by_byte(post("/", "abc"));
  EXPECT_EQ(body_of(client.read_answer()), "POST / plain 127.0.0.1 abc");
  client.send_byte_by_byte(get("/c", "Transfer-Encoding: chunked\r\n") + "2\r\nab\r\n1;x=y\r\nc\r\n0\r\nT: 1\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "GET /c plain 127.0.0.1 abc");
}

TEST(Server, TakesOneEmptyLineTooManyBetweenRequests) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  EXPECT_EQ(status_of(client.ask(post("/", "abc") + "\r\n")), 200);
  EXPECT_EQ(status_of(client.ask(get("/"))), 200);
}

TEST(Server, CarriesBodiesUpToTheLimit) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  const std::string large(Limits().body_bytes, 'b');
  EXPECT_EQ(body_of(client.ask(post("/", large))), "POST / plain 127.0.0.1 " + large);
  client.send(get("/", "Transfer-Encoding: chunked\r\n") + "200000\r\n" + large + "\r\n0\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "GET / plain 127.0.0.1 " + large);
}

TEST(Server, HonoursConnectionCloseAndHttp10) {
  ToyServer toy;
  const Endpoint endpoint = *toy.server->addresses().http;
  for (const std::string& request :
       {get("/", "Connection: close\r\n"), std::string("GET / HTTP/1.0\r\n\r\n"), get("/close")}) {
    Client client(endpoint);
    client.send(request);
    const std::string answer = client.read_to_end();
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_TRUE(has_header(answer, "Connection: close")) << answer;
  }
  Client client(endpoint);
  const std::string answer = client.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(has_header(answer, "Connection: keep-alive"));
  EXPECT_EQ(status_of(client.ask(get("/"))), 200);
}

TEST(Server, KeepsTheConnectionAfterAnErrorOfTheHandler) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  EXPECT_EQ(status_of(client.ask(post("/status?code=404", "abc"))), 404);
  EXPECT_EQ(status_of(client.ask(get("/"))), 200);
}

TEST(Server, SendsNoBodyWhereHttpHasNone) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  const std::string no_content = client.ask(get("/status?code=204") + get("/"));
  EXPECT_EQ(status_of(no_content), 204);
  EXPECT_EQ(no_content.find("Content-Length"), std::string::npos);
  EXPECT_EQ(status_of(client.read_answer()), 200);
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get("/"));
  EXPECT_TRUE(has_header(client.read_until("\r\n\r\n"), "Content-Length: 23"));
  EXPECT_EQ(body_of(client.read_answer()), "GET / plain 127.0.0.1 ");
}

TEST(Server, SendsABodyThatIsASecretLikeAnyOther) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  for (const std::size_t size : {0U, 5U, 20'000U}) {
    const std::string answer = client.ask(get("/secret?bytes=" + std::to_string(size)));
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(body_of(answer), std::string(size, 's'));
  }
  client.send("HEAD /secret?bytes=5 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string head = client.read_to_end();
  EXPECT_NE(head.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST(Server, LetsNoHeaderOfTheHandlerSplitAnAnswer) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  const std::string answer = client.ask(get("/split"));
  EXPECT_TRUE(has_header(answer, "X-Evil: a  X-Injected: 1"));
  EXPECT_TRUE(has_header(answer, "Content-Length: 5"));
  EXPECT_EQ(body_of(answer), "split");
}

struct RefusedMessage {
  int status;
  std::string_view text;
};

// Each is answered once and the connection closed, whatever follows.
constexpr std::array kRefusedMessages{
    RefusedMessage{400, "nonsense\r\n\r\n"},
    RefusedMessage{400, "GET / HTTP/1.1\n\n"},
    RefusedMessage{400, "\x16\x03\x01\x02"},
    RefusedMessage{400,
                   "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    RefusedMessage{400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
    RefusedMessage{400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\n\n"},
    RefusedMessage{400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"},
    RefusedMessage{400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"},
    RefusedMessage{413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n"},
    RefusedMessage{413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\n"},
    RefusedMessage{413, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n"},
    RefusedMessage{413, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n"},
    RefusedMessage{417, "POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nContent-Length: 3\r\n\r\n"},
};

TEST(Server, RefusesOnceAndCloses) {
  Limits limits;
  limits.body_bytes = 100;
  ToyServer toy(limits);
  for (const auto& [status, text] : kRefusedMessages) {
    Client client(*toy.server->addresses().http);
    client.send(std::string(text) + get("/smuggled"));
    client.shut_down_sending();
    const std::string answer = client.read_to_end();
    EXPECT_EQ(status_of(answer), status) << text << answer;
    EXPECT_TRUE(has_header(answer, "Connection: close")) << text;
    EXPECT_EQ(answer.find("HTTP/1.1 200"), std::string::npos) << text << answer;
  }
}

TEST(Server, RefusesAHeaderOverTheLimitBeforeItEnds) {
  ToyServer toy;
  for (const std::string& text :
       {"GET /" + std::string(40'000, 'a'), "GET / HTTP/1.1\r\nX: " + std::string(40'000, 'a'), [] {
          std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
          for (int i = 0; i < 200; ++i) many += "X: 1\r\n";
          return many + "\r\n";
        }()}) {
    Client client(*toy.server->addresses().http);
    EXPECT_EQ(status_of(client.ask(text)), 431);
  }
}

TEST(Server, LetsAClientThatSendsOnReadItsRefusal) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  client.send(post("/", std::string(6 * 1024 * 1024, 'b')));
  const std::string answer = client.read_to_end();
  EXPECT_EQ(status_of(answer), 413) << answer;
}

TEST(Server, InvitesABodyThatWaitsAndTakesOneThatDoesNot) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  client.send(get("/", "Expect: 100-continue\r\nContent-Length: 3\r\n"));
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(body_of(client.ask("abc")), "GET / plain 127.0.0.1 abc");
  EXPECT_EQ(body_of(client.ask(get("/", "Expect: 100-continue\r\nContent-Length: 3\r\n") + "abc")),
            "GET / plain 127.0.0.1 abc");
  EXPECT_EQ(body_of(client.ask(get("/", "Expect: 100-continue\r\n"))), "GET / plain 127.0.0.1 ");
  EXPECT_EQ(status_of(client.ask(get("/", "Expect: miracles\r\n"))), 417);
  EXPECT_EQ(status_of(client.ask(get("/"))), 200);
}

TEST(Server, StreamsAProducerAndKeepsTheConnection) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  client.send(get("/pieces?count=4"));
  EXPECT_TRUE(has_header(client.read_until("\r\n\r\n"), "Transfer-Encoding: chunked"));
  EXPECT_EQ(client.read_until("0\r\n\r\n"), "8\r\npiece 0;\r\n8\r\npiece 1;\r\n8\r\npiece 3;\r\n0\r\n\r\n");
  EXPECT_EQ(status_of(client.ask(get("/"))), 200);
  client.send("GET /pieces?count=2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(body_of(client.read_to_end()), "piece 0;piece 1;");
}

TEST(Server, ShowsThatAProducerFailed) {
  ToyServer toy;
  Client client(*toy.server->addresses().http);
  client.send(get("/pieces?count=2&fail=1"));
  EXPECT_EQ(body_of(client.read_to_end()), "8\r\npiece 0;\r\n8\r\npiece 1;\r\n");
  Client old_client(*toy.server->addresses().http);
  old_client.send("GET /pieces?count=2&fail=1 HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old_client.read_to_end().ends_with("reset"));
}

TEST(Server, SurvivesClientsThatVanish) {
  ToyServer toy;
  const Endpoint endpoint = *toy.server->addresses().http;
  for (const std::string& begun : {std::string("GET / HT"), post("/", "abc").substr(0, 60), get("/hold"),
                                   get("/pieces?count=100000"), get("/large?bytes=50000000"), get("/later?ms=50")}) {
    Client client(endpoint);
    client.send(begun);
    if (begun.find("/hold") != std::string::npos) toy.handler.wait_until_entered(1);
    client.vanish();
  }
  toy.handler.release();
  EXPECT_TRUE(eventually([&] { return toy.server->connections() == 0; }));
  Client client(endpoint);
  EXPECT_EQ(status_of(client.ask(get("/"))), 200);
}

}  // namespace
}  // namespace livecert::net::test
