#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "net/server.h"
#include "net/support.h"

namespace livecert::net::test {
namespace {

using std::chrono::milliseconds;

TEST(Tls, ServesTheIdentityOverHttp11) {
  ToyServer toy({}, true);
  Client client(*toy.server->addresses().https, Client::Kind::kTls);
  EXPECT_EQ(std::string_view(SSL_get_version(client.tls())), "TLSv1.3");
  const unsigned char* protocol = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(client.tls(), &protocol, &length);
  EXPECT_EQ(base::as_text({protocol, length}), "http/1.1");
  EXPECT_EQ(body_of(client.ask(post("/", "abc"))), "POST / secure 127.0.0.1 abc");
  const std::string large(1'000'000, 'b');
  EXPECT_EQ(body_of(client.ask(post("/", large))), "POST / secure 127.0.0.1 " + large);
  client.send(get("/large?bytes=3000000", "Connection: close\r\n"));
  EXPECT_EQ(body_of(client.read_to_end()).size(), 3'000'000U);
  EXPECT_NE(SSL_get_shutdown(client.tls()) & SSL_RECEIVED_SHUTDOWN, 0);
}

TEST(Tls, LetsAClientThatSendsOnReadItsRefusal) {
  ToyServer toy({}, true);
  Client client(*toy.server->addresses().https, Client::Kind::kTls);
  client.send(post("/", std::string(4'000'000, 'b')));
  EXPECT_EQ(status_of(client.read_to_end()), 413);
}

TEST(Tls, DropsWhatIsNoHandshake) {
  Limits limits;
  limits.header_time = milliseconds(500);
  ToyServer toy(limits, true);
  const Endpoint endpoint = *toy.server->addresses().https;
  for (const std::string& garbage :
       {get("/"), std::string(5'000, '\xff'), std::string("\x16\x03\x01\x02\x00\x01", 6)}) {
    Client client(endpoint);
    client.send(garbage);
    EXPECT_NE(status_of(client.read_to_end()), 200);
  }
  Client silent(endpoint);
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_TRUE(eventually([&] { return toy.server->connections() == 0; }));
  Client client(endpoint, Client::Kind::kTls);
  EXPECT_EQ(status_of(client.ask(get("/"))), 200);
}

// The computations that a stranger may cause in the server.
TEST(Tls, ExchangesKeysOverCheapCurvesOnly) {
  ToyServer toy({}, true);
  const auto takes = [&](const char* groups) {
    Client client(*toy.server->addresses().https, Client::Kind::kTls, {.groups = groups});
    return SSL_is_init_finished(client.tls()) == 1;
  };
  for (const char* groups : {"X25519", "P-256", "P-384", "ffdhe8192:P-256"}) EXPECT_TRUE(takes(groups)) << groups;
  for (const char* groups : {"ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192", "P-521", "X448"}) {
    EXPECT_FALSE(takes(groups)) << groups;
  }
}

TEST(Tls, DrainsLikePlainHttp) {
  ToyServer toy({}, true);
  Client idle(*toy.server->addresses().https, Client::Kind::kTls);
  EXPECT_EQ(status_of(idle.ask(get("/"))), 200);
  Client busy(*toy.server->addresses().https, Client::Kind::kTls);
  busy.send(get("/hold"));
  toy.handler.wait_until_entered(2);
  std::thread drain([&] { toy.server->drain(milliseconds(10'000)); });
  EXPECT_EQ(idle.read_to_end(), "");
  toy.handler.release();
  EXPECT_EQ(body_of(busy.read_to_end()), "held");
  drain.join();
}

}  // namespace
}  // namespace livecert::net::test
