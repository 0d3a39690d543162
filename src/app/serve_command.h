#pragma once

#include "cli/commands.h"

namespace livecert::app {

// Declares `serve`; as the functions of cli/commands.h do.
void add_serve_command(CLI::App& root, cli::Command& chosen);

}  // namespace livecert::app
