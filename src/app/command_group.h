#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "app/backend_options.h"
#include "app/commands.h"

namespace livecert::app {

// Declares a command of a group whose commands share their arguments; `Arguments` has a member `backend`.
template <typename Arguments>
CLI::App* add_command(CLI::App& group, const std::string& name, const std::string& help,
                      const std::shared_ptr<Arguments>& arguments, base::Result<int> (*run)(const Arguments&),
                      Command& chosen, BackendOptions::Offline offline_use = BackendOptions::Offline::kNever) {
  CLI::App* command = group.add_subcommand(name, help);
  arguments->backend.add_to(*command, offline_use);
  command->callback([arguments, run, &chosen] { chosen = [arguments, run] { return run(*arguments); }; });
  return command;
}

}  // namespace livecert::app
