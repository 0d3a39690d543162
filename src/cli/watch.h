#pragma once

#include "cli/commands.h"

namespace livecert::cli {

// Adds --watch SECONDS to a command that only looks; 0 is once.
void add_watch(CLI::App& command, int& seconds);

// Looks again and again until it is interrupted or its output is closed. A terminal shows the newest look alone;
// elsewhere each look begins with its time. Returns the status of the last look.
[[nodiscard]] base::Result<int> watch(const Command& look, int seconds);

}  // namespace livecert::cli
