#include "app/server_series.h"

#include <utility>

#include "app/log.h"
#include "base/time.h"

namespace livecert::app {

metrics::Families server_series(const net::Server& server, const service::Readiness& readiness) {
  metrics::Families families;
  const auto one = [&](prometheus::MetricFamily family, double value) {
    metrics::add(family, value);
    families.push_back(std::move(family));
  };
  auto build = metrics::gauges("livecert_build_info", "1, labelled with the version that runs.");
  metrics::add(build, 1, {{"version", LIVECERT_VERSION}});
  families.push_back(std::move(build));
  one(metrics::gauges("livecert_connections", "Open connections."), static_cast<double>(server.connections()));
  one(metrics::gauges("livecert_requests_queued", "Requests that wait for a worker."),
      static_cast<double>(server.queued()));
  one(metrics::counters("livecert_log_lines_dropped_total",
                        "Lines of the log that were dropped because they could not be written in time."),
      static_cast<double>(dropped_log_lines()));
  bool is_ready = true;
  auto problems = metrics::gauges("livecert_problem_since_timestamp_seconds",
                                  "Since when a reason holds that /readyz tells, with its state.");
  for (const service::Reason& reason : readiness.reasons()) {
    const bool is_serious = reason.kind == service::Reason::Kind::kNotReady;
    is_ready = is_ready && !is_serious;
    metrics::add(problems, static_cast<double>(base::to_unix_seconds(reason.since)),
                 {{"problem", reason.name}, {"state", is_serious ? "not ready" : "degraded"}});
  }
  one(metrics::gauges("livecert_ready", "1 when requests should be sent here."), is_ready ? 1 : 0);
  families.push_back(std::move(problems));
  return families;
}

}  // namespace livecert::app
