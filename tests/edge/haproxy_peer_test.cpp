// Which processes may answer in HAProxy's place, and how long livecert waits for any of them once it stops.
#include <algorithm>
#include <array>
#include <future>
#include <optional>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "base/owned_descriptor.h"
#include "edge/drivers/haproxy_socket.h"
#include "edge/privileges.h"
#include "support/temporary_directory.h"

namespace livecert::edge {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

// Listens, and sends nothing unless it is told to.
class Listener {
 public:
  explicit Listener(fs::path path) : path_(std::move(path)), socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path_.native(), std::begin(address.sun_path));
    LIVECERT_CHECK(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    LIVECERT_CHECK(::listen(socket_.get(), 0) == 0);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() {
    ::shutdown(socket_.get(), SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }

  // Returns the text of the next connection; empty when the client hung up.
  [[nodiscard]] std::string listen_once() const {
    const base::OwnedDescriptor connection(::accept(socket_.get(), nullptr, nullptr));
    std::array<char, 4096> command{};
    const ssize_t size = ::recv(connection.get(), command.data(), command.size(), 0);
    return {command.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }
  void answer_once() {
    thread_ = std::thread([this] {
      const base::OwnedDescriptor connection(::accept(socket_.get(), nullptr, nullptr));
      std::array<char, 4096> command{};
      if (::recv(connection.get(), command.data(), command.size(), 0) <= 0) return;
      ::send(connection.get(), "fine\n\n", 6, MSG_NOSIGNAL);
    });
  }

 private:
  fs::path path_;
  base::OwnedDescriptor socket_;
  std::thread thread_;
};

class HaproxyPeer : public ::testing::Test {
 protected:
  HaproxyPeer() {
    ::chmod(directory_.path().c_str(), 0755);
    fs::create_directory(folder());
  }

  [[nodiscard]] fs::path folder() const { return directory_.path() / "run"; }
  [[nodiscard]] fs::path socket() const { return folder() / "api.sock"; }
  [[nodiscard]] static std::string failure_of(const HaproxySocket& socket) {
    const auto answer = socket.ask("show info\n");
    if (answer) return "no error";
    EXPECT_EQ(answer.error().code, base::ErrorCode::kUpstreamFailure);
    return answer.error().message;
  }

 private:
  test::TemporaryDirectory directory_;
};

TEST_F(HaproxyPeer, IsNotWaitedForOnceLivecertStops) {
  const Listener listener(socket());
  StopSignal stop;
  const HaproxySocket haproxy({folder()}, "api.sock", 5min, &stop);
  auto asked = std::async(std::launch::async, [&] { return failure_of(haproxy); });
  stop.raise();
  EXPECT_THAT(asked.get(), HasSubstr("because livecert stops"));
  // The same while the queue of connections is full and no connection is accepted.
  EXPECT_THAT(failure_of(haproxy), HasSubstr("because livecert stops"));
}

TEST_F(HaproxyPeer, IsNotReachedThroughALink) {
  const Listener listener(socket());
  fs::create_symlink(socket(), folder() / "link");
  EXPECT_THAT(failure_of(HaproxySocket(folder() / "link", 1min)),
              HasSubstr("is a symbolic link, which livecert does not follow"));
  EXPECT_THAT(failure_of(HaproxySocket(folder(), 1min)), HasSubstr("is no socket"));
}

TEST_F(HaproxyPeer, IsToldNothingWhenItIsSomebodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  ASSERT_EQ(::chmod(folder().c_str(), 0777), 0);
  std::optional<Listener> listener;
  {
    const test::WithoutPrivileges without;
    listener.emplace(socket());
  }
  EXPECT_THAT(failure_of(HaproxySocket(socket(), 1min)),
              HasSubstr("is served by user nobody, who is neither root nor the owner of the socket's folder"));
  EXPECT_EQ(listener->listen_once(), "");
  // HAProxy's own folder, and its own socket in it.
  ASSERT_EQ(::chown(folder().c_str(), test::kNobody, test::kNobody), 0);
  listener->answer_once();
  EXPECT_TRUE(HaproxySocket(socket(), 1min).ask("show info\n"));
}

TEST_F(HaproxyPeer, IsNotReachedByAWayThatSomebodyElseCouldExchange) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  fs::create_directory(folder() / "deeper");
  const Listener listener(folder() / "deeper" / "api.sock");
  ASSERT_EQ(::chown(folder().c_str(), test::kNobody, test::kNobody), 0);
  EXPECT_THAT(failure_of(HaproxySocket(folder() / "deeper" / "api.sock", 1min)), HasSubstr("belongs to user nobody"));
}

}  // namespace
}  // namespace livecert::edge
