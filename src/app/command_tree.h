#pragma once

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace livecert::app {

// Declares every command of the program under `root`, in the language that was chosen. `root` and `chosen` must outlive
// the parsing.
void add_all_commands(CLI::App& root, cli::Command& chosen);

}  // namespace livecert::app
