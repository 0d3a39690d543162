#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/server.h"
#include "net/support.h"

// Connections that a balancer passes on.
namespace livecert::net::test {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;
using std::chrono::milliseconds;

constexpr const char* kBalancer = "127.0.0.2";
const std::string kFrom7 = "PROXY TCP4 203.0.113.7 192.0.2.1 56324 443\r\n";
const std::string kFrom7Binary = proxy_v2("\x21\x11", "\xcb\x00\x71\x07\xc0\x00\x02\x01\x12\x34\x01\xbb"s);

ServerConfig behind_a_balancer() {
  ServerConfig config;
  config.proxy_protocol_from = {*base::AddressBlock::parse("127.0.0.2/32")};
  return config;
}

class ProxyProtocol : public testing::Test {
 protected:
  [[nodiscard]] Endpoint http() const { return *toy_.server->addresses().http; }
  [[nodiscard]] Endpoint https() const { return *toy_.server->addresses().https; }

  ToyServer toy_{behind_a_balancer(), ToyServer::Tls::kToo};
};

TEST_F(ProxyProtocol, ARequestIsFromWhomTheBalancerSays) {
  for (const std::string& header : {kFrom7, kFrom7Binary}) {
    Client client(http(), Client::Kind::kPlain, {.from = kBalancer});
    EXPECT_EQ(body_of(client.ask(header + get("/"))), "GET / plain 203.0.113.7 ");
    EXPECT_EQ(body_of(client.ask(get("/2"))), "GET /2 plain 203.0.113.7 ") << "on every request";
  }
}

TEST_F(ProxyProtocol, TheHeaderComesBeforeTheTlsHandshake) {
  for (const std::string& header : {kFrom7, kFrom7Binary}) {
    Client client(https(), Client::Kind::kTls, {.from = kBalancer, .before_tls = header});
    EXPECT_EQ(body_of(client.ask(get("/"))), "GET / secure 203.0.113.7 ");
  }
}

TEST_F(ProxyProtocol, TheHeaderMayComeByteByByte) {
  for (const std::string& header : {kFrom7, kFrom7Binary}) {
    Client client(http(), Client::Kind::kPlain, {.from = kBalancer});
    client.send_byte_by_byte(header + get("/"));
    EXPECT_EQ(body_of(client.read_answer()), "GET / plain 203.0.113.7 ");
  }
}

TEST_F(ProxyProtocol, TheBalancersOwnConnectionsAndUnknownOnesKeepItsAddress) {
  for (const std::string& header : {"PROXY UNKNOWN\r\n"s, proxy_v2("\x20\x00"s, ""), proxy_v2("\x21\x00"s, "")}) {
    Client client(http(), Client::Kind::kPlain, {.from = kBalancer});
    EXPECT_EQ(body_of(client.ask(header + get("/"))), "GET / plain 127.0.0.2 ");
  }
}

// A path that only this machine may ask for must not be open through a balancer that calls its own clients local.
TEST_F(ProxyProtocol, AHandlerIsToldThatABalancerPassedARequestOn) {
  Client direct(http());
  EXPECT_EQ(body_of(direct.ask(get("/through"))), "direct");
  Client passed_on(http(), Client::Kind::kPlain, {.from = kBalancer});
  EXPECT_EQ(body_of(passed_on.ask("PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n" + get("/through"))), "passed on");
  for (const std::string& header : {"PROXY UNKNOWN\r\n"s, proxy_v2("\x21\x00"s, "")}) {
    Client client(http(), Client::Kind::kPlain, {.from = kBalancer});
    EXPECT_EQ(body_of(client.ask(header + get("/through"))), "passed on for nobody knows whom") << header;
  }
  Client own(http(), Client::Kind::kPlain, {.from = kBalancer});
  EXPECT_EQ(body_of(own.ask(proxy_v2("\x20\x00"s, "") + get("/through"))), "direct");
}

TEST_F(ProxyProtocol, ABalancerMustSayIt) {
  for (const std::string& bytes :
       {get("/"), "PROXY TCP9 1.2.3.4 1.2.3.4 1 2\r\n"s + get("/"), "\r\n\r\n"s + get("/")}) {
    Client client(http(), Client::Kind::kPlain, {.from = kBalancer});
    const std::string answer = [&] {
      client.send(bytes);
      return client.read_to_end();
    }();
    EXPECT_EQ(status_of(answer), 400);
    EXPECT_THAT(answer, HasSubstr("connections from 127.0.0.2 must begin with a PROXY protocol header"));
  }
  const int refused = toy_.handler.refused();
  Client tls(https(), Client::Kind::kPlain, {.from = kBalancer});
  tls.send("\x16\x03\x01\x02\x00\x01"s);
  tls.shut_down_sending();
  EXPECT_EQ(status_of(tls.read_to_end()), 0);
  EXPECT_EQ(toy_.handler.refused(), refused + 1) << "the log tells";
  EXPECT_EQ(toy_.handler.entered(), 0);
}

TEST_F(ProxyProtocol, NobodyElseMaySayIt) {
  for (const std::string& header : {kFrom7, kFrom7Binary, proxy_v2("\x20\x00"s, "")}) {
    Client plain(http());
    plain.send(header + get("/"));
    EXPECT_EQ(status_of(plain.read_to_end()), 400);
    Client tls(https());
    tls.send(header);
    tls.shut_down_sending();
    EXPECT_EQ(status_of(tls.read_to_end()), 0);
  }
  Client twice(http(), Client::Kind::kPlain, {.from = kBalancer});
  twice.send(kFrom7 + kFrom7 + get("/"));
  EXPECT_EQ(status_of(twice.read_to_end()), 400) << "what the client sends is not the balancer's";
  EXPECT_EQ(toy_.handler.entered(), 0);
}

TEST(ProxyProtocolTime, AHeaderThatDoesNotComeIsNotWaitedForLonger) {
  ServerConfig config = behind_a_balancer();
  config.limits.header_time = milliseconds(60);
  ToyServer toy(std::move(config));
  for (const std::string& begun : {""s, "PROX"s, kFrom7Binary.substr(0, 20)}) {
    Client client(*toy.server->addresses().http, Client::Kind::kPlain, {.from = kBalancer});
    client.send(begun);
    EXPECT_EQ(client.read_to_end(), "");
  }
}

TEST(ProxyProtocolTime, DrainingDoesNotWaitForAHeader) {
  ToyServer toy(behind_a_balancer());
  Client client(*toy.server->addresses().http, Client::Kind::kPlain, {.from = kBalancer});
  EXPECT_TRUE(eventually([&] { return toy.server->connections() == 1; }));
  toy.server->drain(milliseconds(10'000));
  EXPECT_EQ(toy.server->connections(), 0U);
}

}  // namespace
}  // namespace livecert::net::test
