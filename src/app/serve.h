#pragma once

#include <functional>

#include "app/config.h"
#include "base/result.h"

namespace livecert::app {

// `livecert serve`: opens the data directory, listens, and returns after SIGTERM, SIGINT or SIGQUIT once every accepted
// request has been answered; within five seconds of the signal the process has ended, whatever hangs. kConfiguration
// with one sentence when it cannot start.
//
// At SIGHUP it calls `read_again` and takes over what a running service can (take_over()); what is wrong there is
// logged and changes nothing.
[[nodiscard]] base::Result<void> serve(const Config& config, const std::function<base::Result<Config>()>& read_again);

}  // namespace livecert::app
