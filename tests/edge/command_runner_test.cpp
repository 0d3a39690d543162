#include "edge/drivers/command_runner.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/child_process.h"

namespace livecert::edge {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// The words of a shell script. Only tests need a shell.
Command shell(const std::string& script, const std::vector<std::string>& environment = {}) {
  Command command;
  command.words = {"/bin/sh", "-c", script};
  command.environment = environment;
  return command;
}

base::Error failure(const Command& command) {
  const auto done = run_command(command);
  if (done) return {base::ErrorCode::kInternal, "no error"};
  EXPECT_EQ(done.error().code, base::ErrorCode::kUpstreamFailure);
  return done.error();
}

class CommandTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  [[nodiscard]] std::string content(const std::string& name) const { return test::read_file(directory_.path() / name); }

 private:
  test::TemporaryDirectory directory_;
};

TEST_F(CommandTest, HandsOverEachWordAsItIs) {
  Command command;
  command.words = {"/bin/sh",    "-c", "printf '%s\\n' \"$@\" > " + path("words"), "sh", "two words", "",
                   "$HOME;`id`", "*"};
  ASSERT_TRUE(run_command(command));
  EXPECT_EQ(content("words"), "two words\n\n$HOME;`id`\n*\n");
}

TEST_F(CommandTest, HandsOverNothingOfOursButTheGivenEnvironment) {
  ::setenv("LIVECERT_MASTER_KEY_FILE", "secret", 1);
  const int leaked = ::open("/dev/null", O_RDONLY);  // an inheritable one, as a library may open it
  ASSERT_GE(leaked, 0);
  ASSERT_TRUE(run_command({.words = {"/usr/bin/env"}}));
  ASSERT_TRUE(run_command(shell(
      "/usr/bin/env > " + path("environment") + "; ls /proc/self/fd > " + path("open") + "; cat > " + path("input"),
      {"PATH=/usr/bin:/bin", "NAME=value"})));
  ::close(leaked);
  ::unsetenv("LIVECERT_MASTER_KEY_FILE");
  EXPECT_THAT(content("environment"), AllOf(HasSubstr("NAME=value\n"), Not(HasSubstr("secret"))));
  EXPECT_EQ(content("open"), "0\n1\n2\n3\n") << "3 is the listing itself";
  EXPECT_EQ(content("input"), "");
}

TEST_F(CommandTest, BlocksAndIgnoresNoSignals) {
  sigset_t all;
  sigset_t former;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &former);
  const auto handler = std::signal(SIGPIPE, SIG_IGN);
  const auto done =
      run_command(shell("grep -E '^Sig(Blk|Ign)' /proc/self/status > " + path("signals"), {"PATH=/usr/bin:/bin"}));
  std::signal(SIGPIPE, handler);
  ::pthread_sigmask(SIG_SETMASK, &former, nullptr);
  ASSERT_TRUE(done);
  // Of 64 bits in hexadecimal digits, the last 31 are signals that programs know.
  EXPECT_THAT(content("signals"),
              ::testing::MatchesRegex("SigBlk:\t........[08]0000000.SigIgn:\t........[08]0000000."));
}

TEST_F(CommandTest, TellsTheStatusAndTheFirstLine) {
  const base::Error error = failure(shell("echo 'bad configuration' >&2; echo more; exit 3"));
  EXPECT_EQ(error.message, "the command /bin/sh failed with status 3: bad configuration");
  EXPECT_EQ(error.detail, "bad configuration\nmore\n");
  EXPECT_EQ(failure(shell("exit 1")).message, "the command /bin/sh failed with status 1");
  EXPECT_EQ(failure(shell("kill -9 $$")).message, "the command /bin/sh was ended by signal 9");
}

TEST_F(CommandTest, TellsWhyItCannotBeStarted) {
  Command command;
  command.words = {path("missing")};
  EXPECT_THAT(failure(command).message, HasSubstr("cannot be started: No such file or directory"));
  test::write_file(path("plain"), "#!/bin/sh\n");
  command.words = {path("plain")};
  EXPECT_THAT(failure(command).message, HasSubstr("cannot be started: Permission denied"));
}

TEST_F(CommandTest, KeepsOnlyTheBeginningOfAFlood) {
  const base::Error error = failure(shell("i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done; exit 1"));
  EXPECT_EQ(error.detail.size(), 4096U);
  EXPECT_THAT(error.detail, StartsWith("0123456789\n0123456789\n"));
  EXPECT_LT(failure(shell("head -c 100000 /dev/zero | tr '\\0' x; exit 1", {"PATH=/usr/bin:/bin"})).message.size(),
            300U);
}

TEST_F(CommandTest, ShowsNoControlCharacters) {
  EXPECT_THAT(failure(shell("printf 'a\\033[2Jb\\r'; exit 1")).message, HasSubstr(": a?[2Jb?"));
}

TEST_F(CommandTest, DoesNotWaitForWhatTheCommandLeavesRunning) {
  ASSERT_TRUE(run_command(shell("sleep 600 & echo $! > " + path("id"), {"PATH=/bin"})));
  const pid_t left = std::stoi(content("id"));
  EXPECT_EQ(::kill(left, 0), 0) << "a daemon may stay";
  ::kill(left, SIGKILL);
}

TEST_F(CommandTest, StopsOneThatDoesNotEndWithItsWholeGroup) {
  Command command = shell("trap '' TERM; (trap '' TERM; echo $$ > " + path("shell") + "; sh -c 'echo $PPID' > " +
                              path("child") + "; while :; do sleep 0.01; done) & " + "while [ ! -s " + path("child") +
                              " ]; do sleep 0.01; done; echo waiting; wait",
                          {"PATH=/bin"});
  command.timeout = std::chrono::milliseconds(500);
  command.grace = std::chrono::milliseconds(10);
  // On a busy machine the child may not have started in that time.
  while (content("child").empty()) {
    EXPECT_THAT(failure(command).message, HasSubstr("did not end within 1 s and was stopped"));
    command.timeout *= 2;
  }
  const pid_t child = std::stoi(content("child"));
  // The child was killed; it may be a zombie or gone.
  while (::kill(child, 0) == 0) {
    const std::string state = test::read_file("/proc/" + std::to_string(child) + "/stat");
    if (state.empty() || state.find(") Z") != std::string::npos) break;
  }
  SUCCEED();
}

TEST_F(CommandTest, LetsItEndByItselfWhenItIsAskedTo) {
  Command command = shell(
      "trap 'echo bye; exit 0' TERM; echo ready > " + path("ready") + "; while :; do sleep 0.01; done", {"PATH=/bin"});
  command.timeout = std::chrono::milliseconds(200);
  command.grace = std::chrono::minutes(2);
  std::string output;
  while (content("ready").empty()) {
    output = failure(command).detail;
    command.timeout *= 2;
  }
  EXPECT_THAT(output, HasSubstr("bye\n"));
}

// Raises the signal once the command has said that it is at work.
class Stopper {
 public:
  Stopper(StopSignal& stop, std::filesystem::path ready)
      : thread_([this, &stop, ready = std::move(ready)] {
          while (!is_over_ && test::read_file(ready).empty()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
          stop.raise();
        }) {}
  Stopper(const Stopper&) = delete;
  Stopper& operator=(const Stopper&) = delete;
  ~Stopper() {
    is_over_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

TEST_F(CommandTest, IsStoppedWhateverItDoesWhenLivecertStops) {
  const std::string ready = "echo $$ > " + path("ready") + "; ";
  for (const std::string script :
       {"exec sleep 600", "trap : TERM; while :; do sleep 1; done", "trap '' TERM; sleep 600",
        "trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & wait; wait", "while :; do echo flood; done"}) {
    std::filesystem::remove(path("ready"));
    StopSignal stop;
    const Stopper stopper(stop, path("ready"));
    Command command = shell(ready + script, {"PATH=/bin"});
    command.timeout = std::chrono::minutes(5);
    command.grace = std::chrono::minutes(5);
    command.stop = &stop;
    EXPECT_THAT(failure(command).message, HasSubstr("was stopped, because livecert stops")) << script;
    EXPECT_EQ(::kill(std::stoi(content("ready")), 0), -1) << "it is gone: " << script;
  }
}

TEST_F(CommandTest, MayEndByItselfWhenLivecertStops) {
  StopSignal stop;
  const Stopper stopper(stop, path("ready"));
  Command command = shell("trap 'echo bye; exit 0' TERM; echo $$ > " + path("ready") + "; while :; do sleep 0.01; done",
                          {"PATH=/bin"});
  command.timeout = std::chrono::minutes(5);
  command.stop = &stop;
  EXPECT_THAT(failure(command).detail, HasSubstr("bye\n"));
}

TEST_F(CommandTest, IsNotBegunOnceLivecertStops) {
  StopSignal stop;
  stop.raise();
  Command command = shell("echo > " + path("begun"));
  command.stop = &stop;
  EXPECT_THAT(failure(command).message, HasSubstr("is not run, because livecert stops"));
  EXPECT_FALSE(std::filesystem::exists(path("begun")));
}

// Whether a setuid program of root's in that folder runs as root.
bool can_become_root(const std::filesystem::path& folder) {
  struct statvfs status {};
  return ::geteuid() == 0 && ::statvfs(folder.c_str(), &status) == 0 && (status.f_flag & ST_NOSUID) == 0 &&
         ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0;
}

// Like `sudo`, whose process only root can end.
TEST_F(CommandTest, IsLeftAloneWhenItHasBecomeAnotherUser) {
  const std::filesystem::path become_root = path("become-root");
  if (!can_become_root(become_root.parent_path())) GTEST_SKIP() << "no process can become root here";
  ASSERT_EQ(::chmod(become_root.parent_path().c_str(), 0755), 0);
  std::filesystem::copy_file("/usr/bin/setpriv", become_root);
  ASSERT_EQ(::chmod(become_root.c_str(), 04755), 0);
  const pid_t user = ::fork();
  if (user == 0) {
    StopSignal stop;
    const Stopper stopper(stop, path("id"));
    if (::setresgid(65534, 65534, 65534) != 0 || ::setresuid(65534, 65534, 65534) != 0) ::_exit(2);
    Command command;
    command.words = {
        become_root, "--reuid", "0", "--", "/bin/sh", "-c", "echo $$ > " + path("id") + "; exec sleep 600"};
    command.timeout = std::chrono::minutes(5);
    command.grace = std::chrono::milliseconds(10);
    command.stop = &stop;
    const auto done = run_command(command);
    ::_exit(!done && done.error().message.find("was stopped") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(user, &status, 0), user);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(::kill(std::stoi(content("id")), SIGKILL), 0) << "it still runs";
}

}  // namespace
}  // namespace livecert::edge
