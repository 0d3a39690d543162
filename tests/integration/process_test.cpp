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
#include "integration/remote.h"

// The service among other programs: readers of its log, senders of signals, and the descriptors that it was started
// with.
namespace livecert::test {
namespace {

using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

// Earlier, a stop took ten seconds or never ended.
constexpr auto kStopTime = std::chrono::seconds(8);

ServerProcess::Flags in_shell(const std::string& redirections) {
  return {.wrapper = {"sh", "-c", "exec \"$0\" \"$@\" " + redirections}};
}

class LogReader : public testing::Test {
 protected:
  LogReader() {
    EXPECT_EQ(::mkfifo(fifo_.c_str(), 0600), 0);
    reader_.emplace(::open(fifo_.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    EXPECT_GT(::fcntl(reader_->get(), F_SETPIPE_SZ, 4096), 0);
  }

  // Several times what the pipe holds.
  static void expect_served_and_stopped(ServerProcess& server) {
    RawConnection connection(server.http());
    for (int i = 0; i < 200; ++i) EXPECT_EQ(connection.ask("GET /none HTTP/1.1\r\nHost: a\r\n\r\n").status, 404);
    EXPECT_EQ(Remote(server).call("CreateAccount", R"({"AccountName":"kept"})", kOwn).status, 200);
    server.process().send_signal(SIGTERM);
    EXPECT_EQ(server.process().wait(kStopTime), 0);
  }

  TemporaryDirectory directory_;
  const std::string fifo_ = directory_.path() / "fifo";
  std::optional<base::OwnedDescriptor> reader_;
};

TEST_F(LogReader, ThatHangsKeepsNothingWaiting) {
  ServerProcess server(directory_.path() / "data", in_shell("2>" + fifo_));
  expect_served_and_stopped(server);
}

TEST_F(LogReader, ThatIsGoneEndsNothing) {
  ServerProcess server(directory_.path() / "data", in_shell("2>" + fifo_));
  reader_.reset();
  expect_served_and_stopped(server);
}

TEST_F(LogReader, ThatIsAFullDiskEndsNothing) {
  ServerProcess server(directory_.path() / "data", in_shell("2>/dev/full"));
  expect_served_and_stopped(server);
}

class Signals : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  ServerProcess server_{directory_.path() / "data"};
};

TEST_F(Signals, ThatMeanNothingHereLeaveALineAndEndNothing) {
  for (const auto& [signal, name] :
       {std::pair(SIGUSR1, "SIGUSR1"), std::pair(SIGUSR2, "SIGUSR2"), std::pair(SIGALRM, "SIGALRM")}) {
    server_.process().send_signal(signal);
    EXPECT_TRUE(server_.logs(std::string(name) + " from process ")) << server_.log();
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
  EXPECT_EQ(server_.process().wait(std::chrono::milliseconds(0)), 0);
  EXPECT_THAT(server_.log(), HasSubstr("stopped"));
}

class ClosedDescriptors : public testing::Test {
 protected:
  // If a file of ours took the number of standard output or error, it would hold the output.
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
    ServerProcess server(data_, in_shell(closed));
    EXPECT_EQ(Remote(server).call("ListAccounts", "{}", kOwn).status, 200);
    const std::string descriptors = "/proc/" + std::to_string(server.process().id()) + "/fd/";
    std::error_code hidden;  // only root may look
    for (const char* number : {"0", "1", "2"}) {
      const fs::path target = fs::read_symlink(descriptors + number, hidden);
      EXPECT_TRUE(hidden || !target.string().starts_with(data_.string())) << target;
    }
    EXPECT_EQ(server.stop(), 0);
    expect_no_output_in_files();
  }
}

TEST_F(ClosedDescriptors, OfACommandNeverBecomeItsFilesAndLostOutputIsAFailure) {
  { EXPECT_EQ(ServerProcess(data_).stop(), 0); }
  const std::string list = std::string(LIVECERT_BINARY) + " account list --json --offline " + data_.string();
  for (const std::string closed : {" >&-", " <&- >&- 2>&-"}) {
    EXPECT_EQ(run_command({"sh", "-c", list + closed}).status, 1);
    expect_no_output_in_files();
  }
}

TEST(OfflineCommand, KeepsWarningsOffItsOutput) {
  const TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  { EXPECT_EQ(ServerProcess(data).stop(), 0); }
  // Leaves the file as a crash of the first start would.
  fs::rename(data / "credentials.json", data / "credentials.json.new");
  const CommandResult listed = run_livecert({"account", "list", "--json", "--offline", data.string()});
  EXPECT_EQ(listed.status, 0);
  EXPECT_TRUE(listed.output.starts_with("{")) << listed.output;
  EXPECT_THAT(listed.errors, HasSubstr("was recovered"));
}

}  // namespace
}  // namespace livecert::test
