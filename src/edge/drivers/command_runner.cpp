#include "edge/drivers/command_runner.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "base/owned_descriptor.h"

namespace livecert::edge {
namespace {

using base::OwnedDescriptor;
using base::Result;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxOutput = 4096;
constexpr std::size_t kMaxLine = 200;
constexpr std::chrono::milliseconds kStopGrace(1000);
constexpr std::chrono::milliseconds kLastWait(1000);

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

base::Error failure(const Command& command, const std::string& what, const std::string& output = "") {
  std::string line = output.substr(0, std::min(output.find('\n'), kMaxLine));
  std::ranges::replace_if(
      line, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }, '?');
  std::string message = "the command " + command.words.front() + " " + what;
  if (!line.empty()) message += ": " + line;
  return {base::ErrorCode::kUpstreamFailure, std::move(message), output};
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  result.reserve(words.size() + 1);
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

// The actions of posix_spawn() in the child.
class Preparation {
 public:
  explicit Preparation(int output) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
  }
  Preparation(const Preparation&) = delete;
  Preparation& operator=(const Preparation&) = delete;
  ~Preparation() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Becomes readable when the process ends. Debian 12's header for this is not usable in C++.
int open_process(pid_t id) {
  return static_cast<int>(::syscall(SYS_pidfd_open, id, 0U));
}

// A process group that was started and not waited for yet.
class Child {
 public:
  Child(pid_t id, OwnedDescriptor output) : id_(id), handle_(open_process(id)), output_descriptor_(std::move(output)) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (!status_ && !is_given_up_) kill();
  }

  [[nodiscard]] bool can_be_watched() const { return handle_.is_open(); }

  // Asks the whole group to end, and kills it when the time is over. The process is waited for last: until then no
  // other group can have this number.
  void stop(std::chrono::milliseconds grace) {
    ::kill(-id_, SIGTERM);
    await_end(grace);
    read_output();
    kill();
  }

  // Reads its output until the process ends. Returns its exit status as waitpid() has it; nullopt when the time is over
  // or `stop` is raised. Output that its children write after that does not matter.
  [[nodiscard]] std::optional<int> wait_until(Clock::time_point end, const StopSignal* stop) {
    while (!status_) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
      if (left.count() <= 0 || is_raised(stop)) return std::nullopt;
      std::array<pollfd, 3> events{{{handle_.get(), POLLIN, 0},
                                    {is_silent_ ? -1 : output_descriptor_.get(), POLLIN, 0},
                                    {descriptor_of(stop), POLLIN, 0}}};
      if (::poll(events.data(), events.size(), static_cast<int>(left.count())) < 0) continue;
      if (events[1].revents != 0) read_output();
      if (events[0].revents != 0) reap();
    }
    return status_;
  }

  [[nodiscard]] const std::string& output() const { return output_; }

 private:
  // Reads what is there, at most one pipe's content, so that a flood of output cannot keep us.
  void read_output() {
    std::array<char, 65536> buffer{};
    const ssize_t count = ::read(output_descriptor_.get(), buffer.data(), buffer.size());
    if (count == 0) is_silent_ = true;
    if (count <= 0) return;
    output_.append(buffer.data(), std::min(static_cast<std::size_t>(count), kMaxOutput - output_.size()));
  }

  void await_end(std::chrono::milliseconds time) const {
    pollfd event{handle_.get(), POLLIN, 0};
    ::poll(&event, 1, static_cast<int>(time.count()));
  }

  void kill() {
    ::kill(-id_, SIGKILL);
    await_end(kLastWait);
    reap();
    is_given_up_ = !status_;
  }

  void reap() {
    int status = 0;
    if (::waitpid(id_, &status, WNOHANG) != id_) return;
    status_ = status;
    read_output();
  }

  pid_t id_;
  OwnedDescriptor handle_;
  OwnedDescriptor output_descriptor_;
  bool is_silent_ = false;
  std::string output_;
  std::optional<int> status_;
  bool is_given_up_ = false;
};

Result<void> judge(const Command& command, int status, const std::string& output) {
  if (WIFSIGNALED(status)) {
    return failure(command, "was ended by signal " + std::to_string(WTERMSIG(status)), output);
  }
  if (WEXITSTATUS(status) == 0) return {};
  return failure(command, "failed with status " + std::to_string(WEXITSTATUS(status)), output);
}

}  // namespace

Result<void> run_command(const Command& command) {
  if (is_raised(command.stop)) return failure(command, "is not run, because livecert stops");
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return failure(command, "cannot be started: " + reason_of(errno));
  OwnedDescriptor output(ends[0]);
  std::optional<OwnedDescriptor> input(std::in_place, ends[1]);
  ::fcntl(output.get(), F_SETFL, O_NONBLOCK);

  std::vector<std::string> words = command.words;
  std::vector<std::string> environment = command.environment;
  const Preparation preparation(input->get());
  pid_t id = -1;
  const int error = ::posix_spawn(&id, words.front().c_str(), preparation.actions(), preparation.attributes(),
                                  pointers(words).data(), pointers(environment).data());
  if (error != 0) return failure(command, "cannot be started: " + reason_of(error));
  input.reset();

  Child child(id, std::move(output));
  if (!child.can_be_watched()) return failure(command, "cannot be watched: " + reason_of(errno));
  if (const auto status = child.wait_until(Clock::now() + command.timeout, command.stop)) {
    return judge(command, *status, child.output());
  }
  if (is_raised(command.stop)) {
    child.stop(std::min(command.grace, kStopGrace));
    return failure(command, "was stopped, because livecert stops", child.output());
  }
  child.stop(command.grace);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(command.timeout);
  return failure(command, "did not end within " + std::to_string(seconds.count()) + " s and was stopped",
                 child.output());
}

}  // namespace livecert::edge
