#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "cli/commands.h"

namespace livecert::cli {

// Declares `list` under `cert`.
void add_cert_list_command(CLI::App& cert, Command& chosen);

// Reads "90m", "12h", "30d", "2w" or "45s"; nullopt for anything else, and above a hundred years.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace livecert::cli
