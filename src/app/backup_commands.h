#pragma once

#include "cli/commands.h"

namespace livecert::app {

// Declares backup, restore and verify, which work on the machine of the store.
void add_backup_commands(CLI::App& root, cli::Command& chosen);

}  // namespace livecert::app
