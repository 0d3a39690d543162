#include "http/router.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace livecert::http {
namespace {

Response named(const std::string& name) {
  Response response;
  response.body = name;
  return response;
}

class NamedDoor final : public Door {
 public:
  explicit NamedDoor(std::string name, bool declines = false) : name_(std::move(name)), declines_(declines) {}
  [[nodiscard]] std::optional<Response> answer(const Request& /*request*/, std::string_view /*path*/) override {
    if (declines_) return std::nullopt;
    return named(name_);
  }

 private:
  std::string name_;
  bool declines_;
};

class Rest final : public Handler {
 public:
  [[nodiscard]] Answer handle(Request request) override { return named("rest " + request.target); }
  [[nodiscard]] Response refuse(Refusal /*refusal*/, const std::string& detail,
                                const std::string& /*peer_address*/) override {
    return named("refused " + detail);
  }
};

class RouterTest : public testing::Test {
 protected:
  // Returns the name of the door that answers.
  std::string ask(const std::string& target, const std::string& peer = "192.0.2.1", bool through_proxy = false) {
    Request request;
    request.target = target;
    request.peer_address = peer;
    request.through_proxy = through_proxy;
    Answer answer = router_.handle(std::move(request));
    return std::get<std::string>(std::move(answer.response).take().body);
  }

  NamedDoor exact_{"exact"};
  NamedDoor below_{"below"};
  NamedDoor local_{"local"};
  NamedDoor closed_{"closed", true};
  Rest rest_;
  Router router_{{{"/exact", exact_, From::kAnywhere},
                  {"/below/", below_, From::kAnywhere},
                  {"/local", local_, From::kThisMachine},
                  {"/closed", closed_, From::kAnywhere}},
                 rest_};
};

TEST_F(RouterTest, LeadsToTheDoorOfThePath) {
  EXPECT_EQ(ask("/exact"), "exact");
  EXPECT_EQ(ask("/exact?with=query"), "exact");
  EXPECT_EQ(ask("http://host/exact?with=://"), "exact") << "as a proxy is asked";
  EXPECT_EQ(ask("/below/"), "below");
  EXPECT_EQ(ask("/below/any/thing?x"), "below");
}

TEST_F(RouterTest, LeavesEverythingElseToTheMainHandler) {
  for (const std::string target : {"/", "/?Action=A", "/exacto", "/exact/", "/below", "/Exact", "", "*", "?/exact",
                                   "http://host", "://x", "//exact", "/%65xact", "/closed"}) {
    EXPECT_EQ(ask(target), "rest " + target);
  }
  EXPECT_EQ(std::get<std::string>(router_.refuse(Refusal::kMalformed, "why", "192.0.2.1").body), "refused why");
}

TEST_F(RouterTest, LetsOnlyThisMachineInWhereOnlyThatMay) {
  for (const char* peer : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(ask("/local", peer), "local") << peer;
    // For a balancer, loopback is its own machine.
    EXPECT_EQ(ask("/local", peer, true), "rest /local") << peer;
  }
  for (const char* peer : {"192.0.2.1", "10.127.0.1", "::2", "::ffff:192.0.2.1", "1270::1", ""}) {
    EXPECT_EQ(ask("/local", peer), "rest /local") << peer;
  }
}

}  // namespace
}  // namespace livecert::http
