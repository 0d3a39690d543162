#pragma once

#include <filesystem>

#include "base/result.h"

namespace livecert::benchmarks {

// Makes the store of a data directory, which must not be in use, again in an older format: by the scripts that made
// that format, with the rows of all tables that it has, and of their columns those that it has. Keys by which rows are
// found are those of the newest format, so use a format from 5 on when rows are to be found after the upgrade.
[[nodiscard]] base::Result<void> make_old_format(const std::filesystem::path& data_dir, int format);

}  // namespace livecert::benchmarks
