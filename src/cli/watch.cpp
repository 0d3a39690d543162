#include "cli/watch.h"

#include <chrono>
#include <iostream>
#include <thread>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "base/rfc3339.h"
#include "base/time.h"
#include "cli/command_output.h"
#include "cli/language.h"
#include "cli/terminal.h"

namespace livecert::cli {
namespace {

// To the upper left, and nothing below (ECMA-48, CUP and ED).
constexpr const char* kClearScreen = "\x1b[H\x1b[J";

}  // namespace

void add_watch(CLI::App& command, int& seconds) {
  command
      .add_option("--watch", seconds,
                  tr("Look again every so many seconds until interrupted", "每隔若干秒重新查看，直到被中断"))
      ->check(CLI::Range(1, 3600))
      ->type_name("SECONDS");
}

base::Result<int> watch(const Command& look, int seconds) {
  const bool is_terminal = ::isatty(STDOUT_FILENO) != 0;
  for (;;) {
    if (is_terminal) std::cout << kClearScreen;
    std::cout << base::to_rfc3339(base::SystemClock().now()) << "\n";
    auto status = look();
    // A look that fails is no reason to stop: the service may be starting again.
    if (!status) print_error(status.error());
    std::cout.flush();
    if (!std::cout) return status;
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
  }
}

}  // namespace livecert::cli
