#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "cli/backend.h"

namespace livecert::app {

// Works in the store of a stopped service as its root account. It needs no signature, because it needs the data
// directory and the master key. kConfiguration when the service runs (the store is locked) or there is no store.
[[nodiscard]] base::Result<std::unique_ptr<cli::Backend>> open_offline(const std::filesystem::path& data_dir,
                                                                       const std::filesystem::path& master_key);

}  // namespace livecert::app
