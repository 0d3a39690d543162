#pragma once

#include "app/config.h"
#include "base/result.h"

namespace livecert::app {

// `livecert serve`: opens the data directory, listens, and returns after SIGTERM or SIGINT once every accepted request
// has been answered. kConfiguration with one sentence when it cannot start.
[[nodiscard]] base::Result<void> serve(const Config& config);

}  // namespace livecert::app
