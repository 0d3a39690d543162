#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/owned_descriptor.h"
#include "integration/raw_connection.h"
#include "support/server_process.h"

// The service among other programs: who reads its log, who sends it signals, what it was started with.
namespace livecert::test {
namespace {

using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

// Before, a stop took ten seconds or never came to an end.
constexpr auto kStopTime = std::chrono::seconds(8);

// The service as a shell starts it, with such redirections.
class Service {
 public:
  Service(const fs::path& data, const std::string& redirections)
      : child_({"sh", "-c", "exec \"$0\" \"$@\" " + redirections, LIVECERT_BINARY, "serve", "--data-dir", data.string(),
                "--http", "127.0.0.1:0", "--fetch-issuers", "false"}) {
    const fs::path addresses = data / "addresses.json";
    while (child_.is_running() && !fs::exists(addresses)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const std::string text = read_file(addresses);
    const std::size_t begin = text.find("127.0.0.1:");
    address_ = text.substr(begin, text.find('"', begin) - begin);
  }

  [[nodiscard]] ChildProcess& process() { return child_; }
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  ChildProcess child_;
  std::string address_;
};

class LogReader : public testing::Test {
 protected:
  LogReader() {
    EXPECT_EQ(::mkfifo(fifo_.c_str(), 0600), 0);
    reader_.emplace(::open(fifo_.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    EXPECT_GT(::fcntl(reader_->get(), F_SETPIPE_SZ, 4096), 0);
  }

  // Several times what the pipe holds.
  static void expect_served_and_stopped(Service& service) {
    RawConnection connection(service.address());
    for (int i = 0; i < 200; ++i) EXPECT_EQ(connection.ask("GET /none HTTP/1.1\r\nHost: a\r\n\r\n").status, 404);
    service.process().send_signal(SIGTERM);
    EXPECT_EQ(service.process().wait(kStopTime), 0);
  }

  TemporaryDirectory directory_;
  const std::string fifo_ = directory_.path() / "fifo";
  std::optional<base::OwnedDescriptor> reader_;
};

TEST_F(LogReader, ThatHangsKeepsNothingWaiting) {
  Service service(directory_.path() / "data", "2>" + fifo_);
  expect_served_and_stopped(service);
}

TEST_F(LogReader, ThatIsGoneEndsNothing) {
  Service service(directory_.path() / "data", "2>" + fifo_);
  reader_.reset();
  expect_served_and_stopped(service);
}

TEST_F(LogReader, ThatIsAFullDiskEndsNothing) {
  Service service(directory_.path() / "data", "2>/dev/full");
  expect_served_and_stopped(service);
}

class Signals : public testing::Test {
 protected:
  [[nodiscard]] bool is_logged(const std::string& text) const {
    for (int i = 0; i < 4000; ++i) {
      if (server_.log().find(text) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  TemporaryDirectory directory_;
  ServerProcess server_{directory_.path() / "data"};
};

TEST_F(Signals, ThatMeanNothingHereLeaveALineAndEndNothing) {
  for (const auto& [signal, name] : {std::pair(SIGHUP, "SIGHUP"), std::pair(SIGUSR1, "SIGUSR1"),
                                     std::pair(SIGUSR2, "SIGUSR2"), std::pair(SIGALRM, "SIGALRM")}) {
    server_.process().send_signal(signal);
    EXPECT_TRUE(is_logged(std::string(name) + " from process ")) << server_.log();
  }
  EXPECT_EQ(RawConnection(server_.http()).ask("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
  EXPECT_EQ(server_.stop(), 0);
}

TEST_F(Signals, QuitDrainsLikeTerm) {
  server_.process().send_signal(SIGQUIT);
  EXPECT_EQ(server_.process().wait(kStopTime), 0);
  EXPECT_THAT(server_.log(), HasSubstr("stopped"));
}

TEST_F(Signals, TermDoesNotWaitForABodyThatKeepsArriving) {
  RawConnection slow(server_.http());
  EXPECT_EQ(slow.ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n").status,
            100);
  server_.process().send_signal(SIGTERM);
  const auto end = std::chrono::steady_clock::now() + kStopTime;
  while (server_.process().is_running() && std::chrono::steady_clock::now() < end) {
    slow.send(std::string(1000, 'x'));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_FALSE(server_.process().is_running());
}

class ClosedDescriptors : public testing::Test {
 protected:
  // A file of ours that took the number of standard output or error would hold what was written there.
  void expect_no_output_in_files() const {
    for (const auto& entry : fs::recursive_directory_iterator(data_)) {
      const std::string content = read_file(entry.path());
      for (const char* text : {"serving http", "AccountList", "livecert: "}) {
        EXPECT_THAT(content, Not(HasSubstr(text))) << entry.path();
      }
    }
  }

  TemporaryDirectory directory_;
  const fs::path data_ = directory_.path() / "data";
};

TEST_F(ClosedDescriptors, OfTheServiceNeverBecomeItsFiles) {
  for (const std::string closed : {"2>&-", "<&- >&- 2>&-"}) {
    Service service(data_, closed);
    EXPECT_EQ(RawConnection(service.address()).ask("GET /none HTTP/1.1\r\nHost: a\r\n\r\n").status, 404);
    const std::string descriptors = "/proc/" + std::to_string(service.process().id()) + "/fd/";
    std::error_code hidden;  // only root may look
    for (const char* number : {"0", "1", "2"}) {
      const fs::path target = fs::read_symlink(descriptors + number, hidden);
      EXPECT_TRUE(hidden || !target.string().starts_with(data_.string())) << target;
    }
    service.process().send_signal(SIGTERM);
    EXPECT_EQ(service.process().wait(kStopTime), 0);
    expect_no_output_in_files();
  }
}

TEST_F(ClosedDescriptors, OfACommandNeverBecomeItsFilesAndLostOutputIsAFailure) {
  EXPECT_EQ(ServerProcess(data_).stop(), 0);
  const std::string list = std::string(LIVECERT_BINARY) + " account list --json --offline " + data_.string();
  for (const std::string closed : {" >&-", " <&- >&- 2>&-"}) {
    EXPECT_EQ(run_command({"sh", "-c", list + closed}).status, 1);
    expect_no_output_in_files();
  }
}

}  // namespace
}  // namespace livecert::test
