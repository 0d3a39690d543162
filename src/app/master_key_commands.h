#pragma once

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace livecert::app {

// Declares master-key: add and the end of retire change the file of the keys on this machine; list, rotate and retire
// call the service, or work in the store of a stopped one.
void add_master_key_commands(CLI::App& root, cli::Command& chosen, const cli::OpenOffline& open_offline);

}  // namespace livecert::app
