#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/language.h"

namespace livecert::app {

// The options of every command that calls the service, as a table in Markdown.
[[nodiscard]] std::string table_of_common_options(base::Language language);
// The commands of these names and of the groups of these names, each with its own options, as a table in Markdown.
[[nodiscard]] std::string table_of_commands(const CLI::App& root, const std::vector<std::string>& names,
                                            base::Language language);
// The names of all commands and groups below the root.
[[nodiscard]] std::vector<std::string> names_of_commands(const CLI::App& root);

}  // namespace livecert::app
