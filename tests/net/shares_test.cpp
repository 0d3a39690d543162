#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/server.h"
#include "net/support.h"

// The connections, memory and workers that one address or account may take from others. Source addresses are those of
// 127.0.0.0/8.
namespace livecert::net::test {
namespace {

using std::chrono::milliseconds;
using Clients = std::vector<std::unique_ptr<Client>>;

constexpr const char* kStranger = "127.0.0.2";
constexpr const char* kCustomer = "127.0.0.3";

std::unique_ptr<Client> connect(const ToyServer& toy, const char* from) {
  return std::make_unique<Client>(*toy.server->addresses().http, Client::Kind::kPlain, Client::Origin{.from = from});
}

// Whether the other side closed the connection, with or without an answer.
bool is_cut(Client& client) {
  return client.read_to_end().find("timeout") == std::string::npos;
}

Limits few_connections() {
  Limits limits;
  limits.connections = 8;
  limits.linger_time = milliseconds(50);
  return limits;
}

// Each connection connects again at once, in whatever way it holds its place.
class Refilling : public testing::TestWithParam<const char*> {};

TEST_P(Refilling, AClientThatConnectsAnewIsServedWhileAStrangerTakesAllConnections) {
  ToyServer toy(few_connections());
  Clients held;
  const auto refill = [&] {
    held.push_back(connect(toy, kStranger));
    held.back()->send(GetParam());
  };
  for (int i = 0; i < 8; ++i) refill();
  for (int i = 0; i < 20; ++i) {
    refill();
    const auto client = connect(toy, kCustomer);
    refill();
    EXPECT_EQ(status_of(client->ask(get("/"))), 200);
    refill();
    EXPECT_EQ(status_of(client->ask(get("/?account=1"))), 200) << "it is not thrown out for more of the stranger's";
  }
  EXPECT_TRUE(eventually([&] { return toy.server->connections() <= 8; }));
  EXPECT_EQ(toy.handler.refused(), 0);
}

INSTANTIATE_TEST_SUITE_P(EveryWay, Refilling,
                         testing::Values("", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
                                         "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));

TEST(Shares, AConnectionThatProvedAnAccountOutlivesAStrangersRefills) {
  ToyServer toy(few_connections());
  const auto customer = connect(toy, kCustomer);
  EXPECT_EQ(status_of(customer->ask(get("/?account=1"))), 200);
  Clients held;
  for (const char* from : {"127.0.0.4", "127.0.0.5", "127.0.0.6"}) {
    for (int i = 0; i < 8; ++i) held.push_back(connect(toy, from));
  }
  EXPECT_EQ(status_of(customer->ask(get("/?account=1"))), 200);
}

TEST(Shares, AConnectionIsNoLongerPreferredWhenItsLastRequestProvedNothing) {
  Limits limits = few_connections();
  limits.connections = 2;
  ToyServer toy(limits);
  const auto first = connect(toy, kCustomer);
  EXPECT_EQ(status_of(first->ask(get("/?account=1"))), 200);
  const auto second = connect(toy, kCustomer);
  EXPECT_EQ(status_of(second->ask(get("/?account=1"))), 200);
  EXPECT_EQ(status_of(second->ask(get("/"))), 200);
  const auto third = connect(toy, kCustomer);
  EXPECT_EQ(status_of(third->ask(get("/"))), 200);
  EXPECT_TRUE(is_cut(*second));
  EXPECT_EQ(status_of(first->ask(get("/"))), 200);
}

TEST(Shares, WhatIsWorkedOnForAnAccountIsNotCutAndTheNextIsToldThatThereIsNoRoom) {
  Limits limits = few_connections();
  limits.connections = 2;
  ToyServer toy(limits);
  Clients working;
  for (int i = 0; i < 2; ++i) {
    working.push_back(connect(toy, kCustomer));
    EXPECT_EQ(status_of(working.back()->ask(get("/?account=1"))), 200);
    working.back()->send(get("/hold?account=1"));
    toy.handler.wait_until_entered(2 * i + 2);
  }
  const auto refused = connect(toy, "127.0.0.4");
  EXPECT_EQ(status_of(refused->read_to_end()), 503);
  toy.handler.release();
  for (const auto& client : working) EXPECT_EQ(status_of(client->read_answer()), 200);
}

TEST(Shares, BehindABalancerTheAddressesThatItNamesHaveShares) {
  ServerConfig config;
  config.limits = few_connections();
  config.proxy_protocol_from = {*base::AddressBlock::parse("127.0.0.9")};
  ToyServer toy(std::move(config));
  const auto through = [&](const std::string& address) {
    auto client = connect(toy, "127.0.0.9");
    client->send("PROXY TCP4 " + address + " 192.0.2.1 1 2\r\n");
    return client;
  };
  const auto customer = through("203.0.113.7");
  EXPECT_EQ(status_of(customer->ask(get("/"))), 200);
  Clients held;
  for (int i = 0; i < 20; ++i) {
    held.push_back(through("203.0.113.66"));
    held.back()->send(get("/"));
    if (i < 7) {
      EXPECT_EQ(status_of(held.back()->read_answer()), 200);
    }
  }
  EXPECT_EQ(status_of(customer->ask(get("/"))), 200);
}

// A request in which this many bytes of its body are missing.
std::string drip(std::size_t length, std::size_t missing) {
  std::string request = post("/", std::string(length, 'b'));
  request.resize(request.size() - missing);
  return request;
}

Limits little_memory() {
  Limits limits;
  limits.bodies_in_flight_bytes = 4'000'000;
  limits.body_bytes = 1'000'000;
  limits.linger_time = milliseconds(50);
  return limits;
}

TEST(Shares, BodiesThatDripDoNotKeepOthersOut) {
  ToyServer toy(little_memory());
  Clients dripping;
  for (int i = 0; i < 8; ++i) {
    const std::string from = "127.0.1." + std::to_string(i + 1);
    dripping.push_back(connect(toy, from.c_str()));
    dripping.back()->send(drip(1'000'000, 400'000));
    EXPECT_TRUE(eventually([&] { return dripping.back()->all_received(); }));
  }
  const std::string body(900'000, 'c');
  EXPECT_EQ(status_of(connect(toy, kCustomer)->ask(post("/", body))), 200);
  EXPECT_EQ(status_of(connect(toy, kCustomer)
                          ->ask(get("/", "Transfer-Encoding: chunked\r\n") + "dbba0\r\n" + body + "\r\n0\r\n\r\n")),
            200);
}

TEST(Shares, OfOneAddressTheBodyThatBeganFirstIsToldThatThereIsNoRoom) {
  ToyServer toy(little_memory());
  const auto first = connect(toy, kStranger);
  first->send(drip(1'000'000, 400'000));
  EXPECT_TRUE(eventually([&] { return first->all_received(); }));
  const auto second = connect(toy, kStranger);
  EXPECT_EQ(status_of(second->ask(post("/", std::string(900'000, 'c')))), 200);
  EXPECT_EQ(status_of(first->read_to_end()), 503);
}

TEST(Shares, ABodyThatNobodyNeedsGivesItsMemoryBackBeforeTheAnswer) {
  ToyServer toy(little_memory());
  Clients held;
  for (int i = 0; i < 6; ++i) {
    held.push_back(connect(toy, kStranger));
    held.back()->send(post("/drop-body", std::string(1'000'000, 'b')));
    EXPECT_TRUE(eventually([&] { return toy.handler.dropped() == i + 1; }));
  }
  EXPECT_EQ(status_of(connect(toy, kStranger)->ask(post("/", std::string(1'000'000, 'b')))), 200);
}

// The only worker goes from principal to principal: the first request of a new one waits for one request of the other,
// not for all.
TEST(Shares, AccountsTakeTurnsAtTheWorkers) {
  Limits limits;
  limits.worker_threads = 1;
  ToyServer toy(limits);
  Clients many;
  for (int i = 0; i < 12; ++i) {
    many.push_back(connect(toy, kStranger));
    EXPECT_EQ(status_of(many.back()->ask(get("/?account=1"))), 200);
  }
  // A client behind the same address with another account.
  const auto other = connect(toy, kStranger);
  EXPECT_EQ(status_of(other->ask(get("/?account=2"))), 200);
  const int before = toy.handler.entered();
  const auto blocker = connect(toy, "127.0.0.8");
  blocker->send(get("/hold"));
  toy.handler.wait_until_entered(before + 1);
  for (const auto& client : many) client->send(get("/order?account=1"));
  EXPECT_TRUE(eventually([&] { return toy.server->queued() == 12; }));
  other->send(get("/order?account=2"));
  EXPECT_TRUE(eventually([&] { return toy.server->queued() == 13; }));
  toy.handler.release();
  const std::string place = body_of(other->read_answer());
  EXPECT_TRUE(place == "1" || place == "2") << place;
}

// Only the proved account counts: a claimed account takes no turn of that account.
TEST(Shares, WhoProvesNothingTakesTheTurnsOfItsAddress) {
  Limits limits;
  limits.worker_threads = 1;
  ToyServer toy(limits);
  const auto customer = connect(toy, kCustomer);
  EXPECT_EQ(status_of(customer->ask(get("/?account=1"))), 200);
  const int before = toy.handler.entered();
  const auto blocker = connect(toy, "127.0.0.8");
  blocker->send(get("/hold"));
  toy.handler.wait_until_entered(before + 1);
  Clients claiming;
  for (int i = 0; i < 12; ++i) {
    claiming.push_back(connect(toy, kStranger));
    claiming.back()->send(get("/order?account=1"));  // it proves the account only when it is worked on
  }
  EXPECT_TRUE(eventually([&] { return toy.server->queued() == 12; }));
  customer->send(get("/order?account=1"));
  EXPECT_TRUE(eventually([&] { return toy.server->queued() == 13; }));
  toy.handler.release();
  const std::string place = body_of(customer->read_answer());
  EXPECT_TRUE(place == "1" || place == "2") << place;
}

TEST(Shares, AFullQueueMakesRoomForWhoHasLessInIt) {
  Limits limits;
  limits.worker_threads = 1;
  limits.queued_requests = 4;
  ToyServer toy(limits);
  const auto blocker = connect(toy, "127.0.0.8");
  blocker->send(get("/hold"));
  toy.handler.wait_until_entered(1);
  Clients many;
  for (int i = 0; i < 4; ++i) {
    many.push_back(connect(toy, kStranger));
    many.back()->send(get("/"));
    EXPECT_TRUE(eventually([&] { return toy.server->queued() == static_cast<std::size_t>(i) + 1; }));
  }
  const auto customer = connect(toy, kCustomer);
  customer->send(get("/"));
  EXPECT_EQ(status_of(many.back()->read_to_end()), 503) << "the last of the longest line";
  toy.handler.release();
  EXPECT_EQ(status_of(customer->read_answer()), 200);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status_of(many[static_cast<std::size_t>(i)]->read_answer()), 200);
}

}  // namespace
}  // namespace livecert::net::test
