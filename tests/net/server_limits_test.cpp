#include <future>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "net/server.h"
#include "net/support.h"

// Time, memory and connections: how much strangers may take, and what happens beyond that.
namespace livecert::net::test {
namespace {

using std::chrono::milliseconds;

// Short times, so that a test that exceeds one is quick; the other times stay far away.
Limits impatient(milliseconds Limits::*which, milliseconds time = milliseconds(60)) {
  Limits limits;
  limits.*which = time;
  limits.linger_time = milliseconds(50);
  return limits;
}

TEST(ServerLimits, TellsASlowHeaderAndCloses) {
  ToyServer toy(impatient(&Limits::header_time));
  Client client(*toy.server->addresses().http);
  client.send("GET / HT");
  const std::string answer = client.read_to_end();
  EXPECT_EQ(status_of(answer), 408);
  EXPECT_TRUE(has_header(answer, "Connection: close"));
}

TEST(ServerLimits, ASlowHeaderIsNotSavedByDripping) {
  ToyServer toy(impatient(&Limits::header_time));
  Client client(*toy.server->addresses().http);
  for (const char c : get("/", "X: " + std::string(10'000, 'x'))) {
    if (!client.send({&c, 1}) || toy.server->connections() == 0) break;
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_EQ(status_of(client.read_to_end()), 408);
}

TEST(ServerLimits, TellsASlowBodyAndCloses) {
  ToyServer toy(impatient(&Limits::stall_time));
  for (const std::string& begun :
       {post("/", std::string(100, 'b')).substr(0, 100), get("/", "Transfer-Encoding: chunked\r\n") + "5\r\nab"}) {
    Client client(*toy.server->addresses().http);
    client.send(begun);
    EXPECT_EQ(status_of(client.read_to_end()), 408);
  }
}

TEST(ServerLimits, CutsABodyThatDripsFasterThanItMayStall) {
  Limits limits = impatient(&Limits::body_time, milliseconds(150));
  limits.bytes_per_second = 1;
  ToyServer toy(limits);
  Client client(*toy.server->addresses().http);
  client.send(post("/", std::string(10'000, 'b')).substr(0, 200));
  for (int i = 0; i < 5'000 && toy.server->connections() > 0 && client.send("b"); ++i) {
    std::this_thread::sleep_for(milliseconds(2));
  }
  EXPECT_EQ(status_of(client.read_to_end().substr(0, 12)), 408);
}

TEST(ServerLimits, ClosesIdleConnectionsSilently) {
  ToyServer toy(impatient(&Limits::idle_time));
  Client client(*toy.server->addresses().http);
  EXPECT_EQ(status_of(client.ask(get("/"))), 200);
  EXPECT_EQ(client.read_to_end(), "");
  ToyServer other(impatient(&Limits::header_time));
  Client silent(*other.server->addresses().http);
  EXPECT_EQ(silent.read_to_end(), "");
}

TEST(ServerLimits, CutsAReaderWhoDoesNotTakeItsAnswer) {
  ToyServer toy(impatient(&Limits::stall_time));
  Client client(*toy.server->addresses().http);
  client.send(get("/large?bytes=50000000"));
  EXPECT_TRUE(eventually([&] { return toy.server->connections() == 1; }));
  EXPECT_TRUE(eventually([&] { return toy.server->connections() == 0; }));
  EXPECT_LT(client.read_to_end().size(), 50'000'000U);
}

TEST(ServerLimits, AnswersAtTheDeadlineAndDropsTheLateResult) {
  ToyServer toy(impatient(&Limits::answer_time, milliseconds(400)));
  Client client(*toy.server->addresses().http);
  EXPECT_EQ(status_of(client.ask(get("/hold"))), 504);
  EXPECT_EQ(status_of(client.ask(post("/", "abc"))), 200);
  toy.handler.release();
  EXPECT_EQ(body_of(client.ask(get("/2"))), "GET /2 plain 127.0.0.1 ");
}

// Otherwise the next request would find its worker busy.
TEST(ServerLimits, WorkHearsThatItIsGivenUpAtTheDeadline) {
  Limits limits = impatient(&Limits::answer_time, milliseconds(400));
  limits.worker_threads = 1;
  ToyServer toy(limits);
  Client client(*toy.server->addresses().http);
  EXPECT_EQ(status_of(client.ask(get("/until-given-up"))), 504);
  EXPECT_EQ(status_of(client.ask(get("/"))), 200);
}

TEST(ServerLimits, DoesNotBeginWhatQueuedPastItsDeadline) {
  Limits limits = impatient(&Limits::answer_time, milliseconds(400));
  limits.worker_threads = 1;
  ToyServer toy(limits);
  Client holder(*toy.server->addresses().http);
  holder.send(get("/hold"));
  toy.handler.wait_until_entered(1);
  Client queued(*toy.server->addresses().http);
  EXPECT_EQ(status_of(queued.ask(post("/", "late"))), 504);
  EXPECT_EQ(status_of(holder.read_answer()), 504);
  toy.handler.release();
  EXPECT_EQ(status_of(queued.ask(get("/next"))), 200);
  EXPECT_EQ(toy.handler.entered(), 2);
}

TEST(ServerLimits, RefusesWhatAFullQueueCannotTake) {
  Limits limits;
  limits.worker_threads = 1;
  limits.queued_requests = 1;
  ToyServer toy(limits);
  const Endpoint endpoint = *toy.server->addresses().http;
  Client running(endpoint);
  running.send(get("/hold"));
  toy.handler.wait_until_entered(1);
  // Of the next two, one waits in the queue and one is refused, whichever comes first.
  Client second(endpoint);
  Client third(endpoint);
  second.send(get("/hold"));
  third.send(get("/hold"));
  EXPECT_TRUE(eventually([&] { return second.has_input() || third.has_input(); }));
  Client& refused = second.has_input() ? second : third;
  Client& waiting = second.has_input() ? third : second;
  const std::string answer = refused.read_to_end();
  EXPECT_EQ(status_of(answer), 503);
  EXPECT_TRUE(has_header(answer, "Connection: close"));
  toy.handler.release();
  EXPECT_EQ(status_of(waiting.read_answer()), 200);
  EXPECT_EQ(status_of(running.read_answer()), 200);
}

TEST(ServerLimits, LetsAHandlerAnswerLater) {
  Limits limits;
  limits.worker_threads = 1;
  ToyServer toy(limits);
  Client waiting(*toy.server->addresses().http);
  waiting.send(get("/later?ms=200"));
  toy.handler.wait_until_entered(1);
  // The one worker is free meanwhile.
  Client other(*toy.server->addresses().http);
  EXPECT_EQ(status_of(other.ask(get("/"))), 200);
  EXPECT_EQ(body_of(waiting.read_answer()), "later");
}

TEST(ServerLimits, HoldsLaterToItsDeadlineToo) {
  ToyServer toy(impatient(&Limits::answer_time, milliseconds(400)));
  Client client(*toy.server->addresses().http);
  EXPECT_EQ(status_of(client.ask(get("/later?ms=60000"))), 504);
  EXPECT_EQ(status_of(client.ask(get("/"))), 200);
}

TEST(ServerLimits, WhatWaitsForItsTurnGoesWithItsClient) {
  Limits limits;
  limits.answer_time = std::chrono::minutes(5);
  ToyServer toy(limits);
  {
    Client client(*toy.server->addresses().http);
    client.send(get("/later?ms=300000"));
    toy.handler.wait_until_entered(1);
  }
  EXPECT_TRUE(eventually([&] { return toy.server->connections() == 0; }));
}

TEST(ServerLimits, AnswersThatWaitForSomethingElseTakeNoWorker) {
  Limits limits;
  limits.worker_threads = 1;
  ToyServer toy(limits);
  const Endpoint endpoint = *toy.server->addresses().http;
  Client first(endpoint);
  Client second(endpoint);
  first.send(get("/pending"));
  second.send(get("/pending"));
  toy.handler.wait_until_entered(2);
  Client other(endpoint);
  EXPECT_EQ(body_of(other.ask(get("/at-once"))), "at once");
  EXPECT_TRUE(eventually([&] {
    toy.handler.answer_pending();
    return first.has_input() && second.has_input();
  }));
  EXPECT_EQ(body_of(first.read_answer()), "pending");
  EXPECT_EQ(body_of(second.read_answer()), "pending");
}

TEST(ServerLimits, WhoeverWaitedForATurnHasADeadlineOfItsOwnAndMayThenWaitForSomethingElse) {
  Limits limits = impatient(&Limits::answer_time, milliseconds(400));
  limits.worker_threads = 1;
  ToyServer toy(limits);
  const Endpoint endpoint = *toy.server->addresses().http;
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 30; ++i) {
    clients.push_back(std::make_unique<Client>(endpoint));
    clients.back()->send(get("/turn"));
  }
  // None of them keeps the only worker, neither before its turn nor after.
  EXPECT_TRUE(eventually([&] { return toy.handler.pending() == clients.size(); }));
  Client other(endpoint);
  EXPECT_EQ(status_of(other.ask(get("/"))), 200);
  toy.handler.answer_pending();
  for (const auto& client : clients) EXPECT_EQ(body_of(client->read_answer()), "pending");
}

TEST(ServerLimits, HoldsPendingAnswersToTheDeadlineAndDropsWhatComesAfterIt) {
  ToyServer toy(impatient(&Limits::answer_time, milliseconds(200)));
  Client client(*toy.server->addresses().http);
  EXPECT_EQ(status_of(client.ask(get("/pending"))), 504);
  toy.handler.answer_pending();
  EXPECT_EQ(body_of(client.ask(get("/at-once"))), "at once") << "not the late answer to another request";
  EXPECT_TRUE(eventually([&] { return toy.handler.made() == 1; })) << "the log is to tell that it was done";
}

TEST(ServerLimits, AServerThatEndsWaitsForWhoeverStillOwesAnAnswer) {
  ToyServer toy;
  auto client = std::make_unique<Client>(*toy.server->addresses().http);
  client->send(get("/pending"));
  toy.handler.wait_until_entered(1);
  client->vanish();
  auto end = std::async(std::launch::async, [&] { toy.server.reset(); });
  EXPECT_EQ(end.wait_for(milliseconds(50)), std::future_status::timeout);
  toy.handler.answer_pending();
  end.get();
}

TEST(ServerLimits, HoldsNoMoreConnectionsThanItMay) {
  Limits limits;
  limits.connections = 2;
  ToyServer toy(limits);
  const Endpoint endpoint = *toy.server->addresses().http;
  {
    Client first(endpoint);
    Client second(endpoint);
    EXPECT_EQ(status_of(first.ask(get("/"))), 200);
    EXPECT_EQ(status_of(second.ask(get("/"))), 200);
    Client third(endpoint);
    EXPECT_EQ(status_of(third.ask(get("/"))), 200);
    EXPECT_EQ(first.read_to_end(), "") << "the one that was idle for the longest";
    EXPECT_TRUE(eventually([&] { return toy.server->connections() == 2; }));
    EXPECT_EQ(status_of(second.ask(get("/"))), 200);
  }
  EXPECT_TRUE(eventually([&] { return toy.server->connections() == 0; }));
  Client again(endpoint);
  EXPECT_EQ(status_of(again.ask(get("/"))), 200);
}

TEST(ServerLimits, KeepsAllBodiesWithinTheBudget) {
  Limits limits;
  limits.bodies_in_flight_bytes = 1'000'000;
  ToyServer toy(limits);
  const Endpoint endpoint = *toy.server->addresses().http;
  const std::string body(700'000, 'b');
  Client holder(endpoint);
  holder.send(post("/hold", body));
  toy.handler.wait_until_entered(1);
  for (const std::string& request :
       {post("/", body), get("/", "Transfer-Encoding: chunked\r\n") + "aae60\r\n" + body + "\r\n0\r\n\r\n"}) {
    Client client(endpoint);
    client.send(request);
    EXPECT_EQ(status_of(client.read_to_end()), 503);
  }
  toy.handler.release();
  EXPECT_EQ(status_of(holder.read_answer()), 200);
  EXPECT_EQ(status_of(holder.ask(post("/", body))), 200);
}

TEST(ServerDrain, AnswersWhatWasAcceptedAndRefusesTheRest) {
  ToyServer toy;
  const Endpoint endpoint = *toy.server->addresses().http;
  Client idle(endpoint);
  EXPECT_EQ(status_of(idle.ask(get("/"))), 200);
  Client half(endpoint);
  half.send(post("/half", "abc").substr(0, 40));
  Client busy(endpoint);
  busy.send(get("/hold"));
  toy.handler.wait_until_entered(2);
  // The half request must have begun to arrive: the server has read all there is.
  EXPECT_TRUE(eventually([&] { return half.all_received(); }));

  std::thread drain([&] { toy.server->drain(milliseconds(10'000)); });
  EXPECT_EQ(idle.read_to_end(), "");
  half.send(post("/half", "abc").substr(40));
  const std::string answer = half.read_to_end();
  EXPECT_EQ(body_of(answer), "POST /half plain 127.0.0.1 abc");
  EXPECT_TRUE(has_header(answer, "Connection: close"));
  EXPECT_FALSE(Client(endpoint).connected());
  toy.handler.release();
  EXPECT_EQ(body_of(busy.read_to_end()), "held");
  drain.join();
  EXPECT_EQ(toy.server->connections(), 0U);
}

TEST(ServerDrain, CutsWhatIsLeftWhenTheGraceIsOver) {
  ToyServer toy;
  Client busy(*toy.server->addresses().http);
  busy.send(get("/hold"));
  toy.handler.wait_until_entered(1);
  Client streaming(*toy.server->addresses().http);
  streaming.send(get("/large?bytes=50000000"));
  toy.handler.wait_until_entered(2);
  toy.server->drain(milliseconds(20));
  EXPECT_EQ(toy.server->connections(), 0U);
  EXPECT_EQ(status_of(busy.read_to_end()), 0);
}

TEST(ServerDrain, CutsWhatStillArrivesEarlierThanWhatIsWorkedOn) {
  ToyServer toy;
  const Endpoint endpoint = *toy.server->addresses().http;
  Client half(endpoint);
  half.send(post("/half", "abc").substr(0, 40));
  Client busy(endpoint);
  busy.send(get("/hold"));
  toy.handler.wait_until_entered(1);
  EXPECT_TRUE(eventually([&] { return half.all_received(); }));

  std::thread drain([&] { toy.server->drain(milliseconds(20), milliseconds(20'000)); });
  EXPECT_EQ(status_of(half.read_to_end()), 0);
  toy.handler.release();
  EXPECT_EQ(body_of(busy.read_to_end()), "held");
  drain.join();
}

TEST(ServerStart, SaysWhyItCannot) {
  ToyServer toy;
  ToyHandler handler;
  const base::SystemClock clock;
  const auto message = [&](ServerConfig config) {
    const auto started = Server::start(std::move(config), handler, clock);
    EXPECT_FALSE(started);
    if (started) return std::string();
    EXPECT_EQ(started.error().code, base::ErrorCode::kConfiguration);
    return started.error().message;
  };
  ServerConfig taken;
  taken.http = toy.server->addresses().http;
  EXPECT_NE(message(std::move(taken)).find("Address already in use"), std::string::npos);
  ServerConfig open;
  open.http = Endpoint{"0.0.0.0", 0};
  EXPECT_NE(message(std::move(open)).find("insecure_http"), std::string::npos);
  ServerConfig without_identity;
  without_identity.https = Endpoint{"127.0.0.1", 0};
  EXPECT_NE(message(std::move(without_identity)).find("certificate"), std::string::npos);
  ServerConfig broken;
  broken.https = Endpoint{"127.0.0.1", 0};
  broken.identity = make_identity();
  broken.identity->private_key_pkcs8 = base::SecretBytes::copy_of("no key");
  EXPECT_NE(message(std::move(broken)).find("private key"), std::string::npos);
  ServerConfig foreign;
  foreign.https = Endpoint{"127.0.0.1", 0};
  foreign.identity = make_identity();
  foreign.identity->private_key_pkcs8 = make_identity().private_key_pkcs8;
  EXPECT_NE(message(std::move(foreign)).find("does not belong"), std::string::npos);
  ServerConfig insecure;
  insecure.http = Endpoint{"0.0.0.0", 0};
  insecure.insecure_http = true;
  EXPECT_TRUE(Server::start(std::move(insecure), handler, clock));
}

TEST(Endpoint, IsANumericAddressAndAPort) {
  for (const std::string text : {"127.0.0.1:8080", "[::1]:0", "0.0.0.0:65535", "[2001:db8::1]:443"}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(endpoint->to_string(), text);
  }
  for (const std::string text : {"", "127.0.0.1", ":80", "localhost:80", "::1:80", "[::1]", "[127.0.0.1]:80",
                                 "1.2.3.4:65536", "1.2.3.4:+1", "1.2.3.4:", "1.2.3:80", "1.2.3.4:80 "}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_FALSE(endpoint) << text;
    EXPECT_EQ(endpoint.error().code, base::ErrorCode::kConfiguration);
  }
  EXPECT_TRUE((Endpoint{"127.8.8.8", 1}.is_loopback()));
  EXPECT_TRUE((Endpoint{"::1", 1}.is_loopback()));
  EXPECT_TRUE((Endpoint{"::ffff:127.0.0.1", 1}.is_loopback()));
  EXPECT_FALSE((Endpoint{"::", 1}.is_loopback()));
  EXPECT_FALSE((Endpoint{"192.168.0.1", 1}.is_loopback()));
}

}  // namespace
}  // namespace livecert::net::test
