#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "edge/stop_signal.h"

namespace livecert::edge {

struct Command {
  std::vector<std::string> words = {};        // the program's absolute path and its arguments; no shell
  std::vector<std::string> environment = {};  // "NAME=value"; the command gets no other variables
  std::chrono::milliseconds timeout{30'000};
  std::chrono::milliseconds grace{2'000};  // between SIGTERM and SIGKILL
  const StopSignal* stop = nullptr;        // raised: the command gets SIGTERM at once, and SIGKILL a second later
};

// Runs the command to its end in a separate process group, without input and without open files of ours. Error, when it
// cannot be started, takes too long, is stopped or does not exit with 0: kUpstreamFailure with the command, its end and
// its first line of output in the message, and 4 KiB of output in the detail. A process that SIGKILL does not end
// within a second, because it waits for a dead disk or has become another user, is left running.
[[nodiscard]] base::Result<void> run_command(const Command& command);

}  // namespace livecert::edge
