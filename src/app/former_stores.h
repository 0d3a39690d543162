#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/time.h"

namespace livecert::app {

// A store that is no longer used but still holds its keys: `restore --replace` moved it to a folder, or an upgrade made
// a copy of it.
struct FormerStore {
  std::filesystem::path path;
  base::Time since;     // by the clock of the file system
  std::string command;  // removes it
};

// Those of the data directory, by name.
[[nodiscard]] std::vector<FormerStore> find_former_stores(const std::filesystem::path& data_dir);

// One sentence about it with the command, in the language of the command line.
[[nodiscard]] std::string former_store_text(const FormerStore& store);

}  // namespace livecert::app
