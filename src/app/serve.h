#pragma once

#include "app/config.h"
#include "base/result.h"

namespace livecert::app {

// `livecert serve`: opens the data directory, listens, and returns after SIGTERM, SIGINT or SIGQUIT once every accepted
// request has been answered; within five seconds of the signal the process has ended, whatever hangs. kConfiguration
// with one sentence when it cannot start.
[[nodiscard]] base::Result<void> serve(const Config& config);

}  // namespace livecert::app
