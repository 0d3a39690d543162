#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"

namespace livecert::edge {

struct Command {
  std::vector<std::string> words = {};        // the program's absolute path and its arguments; no shell
  std::vector<std::string> environment = {};  // "NAME=value", all there is
  std::chrono::milliseconds timeout{30'000};
  std::chrono::milliseconds grace{2'000};  // between SIGTERM and SIGKILL
};

// Runs the command to its end in a process group of its own, with nothing to read and no file of ours open. Error,
// when it cannot be started, takes too long or ends with anything but 0: kUpstreamFailure with the command, what became
// of it and its first line of output in the message, and 4 KiB of output in the detail.
[[nodiscard]] base::Result<void> run_command(const Command& command);

}  // namespace livecert::edge
