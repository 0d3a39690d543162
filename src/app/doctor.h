#pragma once

#include <string>

#include "app/check_list.h"
#include "app/config.h"
#include "cli/commands.h"

namespace livecert::app {

// Looks for everything that keeps the service, its store or its edges from working, whether the service runs or not.
// Root judges files, folders and sockets by the rights of the user that runs the service. Changes nothing; asks the
// running service for its readiness, each HAProxy about itself, and each listener for a few certificates.
[[nodiscard]] CheckList examine(const Config& config, std::string config_file);

// Declares `livecert doctor`.
void add_doctor_command(CLI::App& root, cli::Command& chosen);

}  // namespace livecert::app
