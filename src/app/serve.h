#pragma once

#include <functional>

#include "app/config.h"
#include "base/result.h"

namespace livecert::app {

// `livecert serve`: opens the data directory, listens, and returns after SIGTERM, SIGINT or SIGQUIT once it has
// answered every accepted request. The process ends within five seconds of the signal, whatever hangs. kConfiguration
// with one sentence when it cannot start.
//
// At SIGHUP it calls `read_again` and applies the changes that a running service can (take_over()); it logs a fault and
// then changes nothing.
[[nodiscard]] base::Result<void> serve(const Config& config, const std::function<base::Result<Config>()>& read_again);

}  // namespace livecert::app
