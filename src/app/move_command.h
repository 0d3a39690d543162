#pragma once

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace livecert::app {

// Declares migrate, which moves the content of an embedded store to a PostgreSQL database, or back.
void add_move_command(CLI::App& root, cli::Command& chosen);

}  // namespace livecert::app
