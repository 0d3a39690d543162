#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "integration/raw_connection.h"
#include "integration/remote.h"
#include "signature/sign.h"

namespace livecert::test {
namespace {

namespace fs = std::filesystem;

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 4000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

class Shutdown : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  ServerProcess server_{directory_.path() / "data"};
};

TEST_F(Shutdown, AnswersWhatHasBegunToArriveAndExitsWithZero) {
  const std::string body = R"({"AccountName":"late"})";
  const std::string target = "/?Action=CreateAccount&Version=2026-12-01";
  const http::Headers added =
      signature::sign({"POST", target, server_.http(), "application/json", base::as_bytes(body)}, server_.root(),
                      base::SystemClock().now(), "cn-north-1", "live");
  std::string head =
      "POST " + target + " HTTP/1.1\r\nHost: " + server_.http() + "\r\nContent-Type: application/json\r\n";
  for (const http::Header& header : added.fields()) head += header.name + ": " + header.value + "\r\n";
  head += "Expect: 100-continue\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";

  RawConnection idle(server_.http());
  EXPECT_EQ(idle.ask("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
  RawConnection busy(server_.http());
  // The interim answer shows that the server has the head.
  EXPECT_EQ(busy.ask(head).status, 100);

  server_.process().send_signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return server_.log().find("stopping") != std::string::npos; }));
  ASSERT_TRUE(eventually([&] { return !RawConnection(server_.http()).is_connected(); }));
  EXPECT_TRUE(server_.process().is_running());
  EXPECT_FALSE(fs::exists(server_.data_dir() / "addresses.json"));
  EXPECT_TRUE(idle.is_closed());

  const RawAnswer answer = busy.ask(body);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.headers.find("Connection"), "close");
  EXPECT_TRUE(busy.is_closed());
  EXPECT_EQ(server_.process().wait(std::chrono::seconds(20)), 0);
  EXPECT_THAT(server_.log(), testing::HasSubstr("stopped"));

  // Answered writes are kept.
  const ServerProcess again(server_.data_dir());
  EXPECT_EQ(Remote(again).call("ListAccounts", "{}", kOwn).result.at("AccountList").as_array().size(), 2U);
}

TEST_F(Shutdown, TakesAddressesAwayAndLeavesOneWholeDatabase) {
  EXPECT_TRUE(fs::exists(server_.data_dir() / "addresses.json"));
  EXPECT_EQ(server_.stop(), 0);
  EXPECT_FALSE(fs::exists(server_.data_dir() / "addresses.json"));
  EXPECT_EQ(fs::file_size(server_.data_dir() / "livecert.db-wal"), 0U);
}

TEST_F(Shutdown, IsTheSameOnInterrupt) {
  server_.process().send_signal(SIGINT);
  EXPECT_EQ(server_.process().wait(std::chrono::seconds(20)), 0);
}

}  // namespace
}  // namespace livecert::test
