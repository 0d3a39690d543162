#include "support/child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/check.h"

namespace livecert::test {
namespace {

constexpr auto kLongestCommand = std::chrono::minutes(2);
constexpr auto kPollInterval = std::chrono::milliseconds(2);

// Drops the variables that would change how livecert, an SDK or curl behaves.
bool is_kept(std::string_view variable) {
  constexpr std::array<std::string_view, 9> kDropped{
      "VOLC_",      "LIVECERT_",  "CREDENTIALS_DIRECTORY=", "http_proxy=", "https_proxy=", "HTTPS_PROXY=",
      "all_proxy=", "ALL_PROXY=", "XDG_CONFIG_HOME="};
  for (const std::string_view dropped : kDropped) {
    if (variable.starts_with(dropped)) return false;
  }
  return true;
}

std::vector<std::string> make_environment(const Environment& more) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (is_kept(*variable)) variables.emplace_back(*variable);
  }
  // A leak check needs to trace its own process, which livecert forbids.
  variables.emplace_back("ASAN_OPTIONS=detect_leaks=0");
  for (const auto& [name, value] : more) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  result.reserve(words.size() + 1);
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

void redirect(const char* file, int flags, int descriptor) {
  const int opened = ::open(file, flags, S_IRUSR | S_IWUSR);
  if (opened < 0 || ::dup2(opened, descriptor) < 0) ::_exit(126);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& words, const Environment& environment) {
  // All memory is taken before the fork: the child may only make system calls.
  std::vector<std::string> arguments = words;
  std::vector<std::string> variables = make_environment(environment);
  const std::vector<char*> argument_pointers = pointers(arguments);
  const std::vector<char*> variable_pointers = pointers(variables);
  const std::string output = directory_.path() / "output";
  const std::string errors = directory_.path() / "errors";
  const pid_t parent = ::getpid();
  id_ = ::fork();
  LIVECERT_CHECK(id_ >= 0);
  if (id_ != 0) return;

  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(126);
  redirect("/dev/null", O_RDONLY, STDIN_FILENO);
  redirect(output.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, STDOUT_FILENO);
  redirect(errors.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, STDERR_FILENO);
  ::execvpe(argument_pointers.front(), argument_pointers.data(), variable_pointers.data());
  ::_exit(127);
}

ChildProcess::~ChildProcess() {
  if (status_) return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

void ChildProcess::send_signal(int signal) const {
  LIVECERT_CHECK(!status_);
  ::kill(id_, signal);
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!status_) {
    int status = 0;
    if (::waitpid(id_, &status, WNOHANG) == id_) {
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    } else if (std::chrono::steady_clock::now() >= end) {
      return std::nullopt;
    } else {
      std::this_thread::sleep_for(kPollInterval);
    }
  }
  return status_;
}

std::string ChildProcess::output() const {
  return read_file(directory_.path() / "output");
}
std::string ChildProcess::errors() const {
  return read_file(directory_.path() / "errors");
}

CommandResult run_command(const std::vector<std::string>& words, const Environment& environment) {
  ChildProcess child(words, environment);
  const auto status = child.wait(kLongestCommand);
  return {status.value_or(-1), child.output(), child.errors()};
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void write_file(const std::filesystem::path& file, const std::string& content) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << content;
  LIVECERT_CHECK(stream.flush().good());
}

}  // namespace livecert::test
