#pragma once

#include "metrics/series.h"
#include "net/server.h"
#include "service/readiness.h"

namespace livecert::app {

// Series about the running program, its server and the reasons of /readyz. Callable from every thread.
[[nodiscard]] metrics::Families server_series(const net::Server& server, const service::Readiness& readiness);

}  // namespace livecert::app
