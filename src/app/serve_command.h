#pragma once

#include "cli/commands.h"

namespace livecert::app {

// Declares `serve`, like the functions of cli/commands.h.
void add_serve_command(CLI::App& root, cli::Command& chosen);

}  // namespace livecert::app
