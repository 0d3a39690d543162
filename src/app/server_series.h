#pragma once

#include "metrics/series.h"
#include "net/server.h"
#include "service/readiness.h"

namespace livecert::app {

// What is known about the running program, its server and what /readyz tells. Callable from every thread.
[[nodiscard]] metrics::Families server_series(const net::Server& server, const service::Readiness& readiness);

}  // namespace livecert::app
