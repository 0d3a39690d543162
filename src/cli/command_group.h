#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/backend_options.h"
#include "cli/commands.h"
#include "cli/watch.h"

namespace livecert::cli {

// Declares a command of a group whose commands share their arguments; `Arguments` has a member `backend`.
template <typename Arguments>
CLI::App* add_command(CLI::App& group, const std::string& name, const std::string& help,
                      const std::shared_ptr<Arguments>& arguments, base::Result<int> (*run)(const Arguments&),
                      Command& chosen) {
  CLI::App* command = group.add_subcommand(name, help);
  arguments->backend.add_to(*command);
  command->callback([arguments, run, &chosen] {
    chosen = [arguments, run] { return run(*arguments); };
    if (const int seconds = arguments->backend.watch_seconds; seconds > 0) {
      chosen = [look = chosen, seconds] { return watch(look, seconds); };
    }
  });
  return command;
}

}  // namespace livecert::cli
