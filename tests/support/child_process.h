#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "support/temporary_directory.h"

namespace livecert::test {

using Environment = std::vector<std::pair<std::string, std::string>>;

// Another program that runs beside the test, with its standard output and error in files and an empty standard input.
// It sees none of the variables that livecert and the vendor's SDKs read, unless they are given here. Killed with this
// object, and by the system when the test dies.
class ChildProcess {
 public:
  // The first word is the program, found in PATH unless it holds a slash.
  explicit ChildProcess(const std::vector<std::string>& words, const Environment& environment = {});
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  void send_signal(int signal) const;
  // Its exit status, or 128 and the signal that ended it; nullopt when it still runs at the end of that time.
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds time);
  [[nodiscard]] bool is_running() { return !wait(std::chrono::milliseconds(0)).has_value(); }
  [[nodiscard]] pid_t id() const { return id_; }

  [[nodiscard]] std::string output() const;
  [[nodiscard]] std::string errors() const;

 private:
  TemporaryDirectory directory_;
  pid_t id_ = -1;
  std::optional<int> status_;
};

struct CommandResult {
  int status = 0;  // as ChildProcess::wait()
  std::string output;
  std::string errors;
};

// Runs a program to its end. One that takes longer than two minutes is killed.
[[nodiscard]] CommandResult run_command(const std::vector<std::string>& words, const Environment& environment = {});

// The whole content; empty when it cannot be read.
[[nodiscard]] std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& content);

}  // namespace livecert::test
