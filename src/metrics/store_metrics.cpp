#include "metrics/store_metrics.h"

#include <chrono>

namespace livecert::metrics {
namespace {

prometheus::MetricFamily family(std::string name, std::string help, prometheus::ClientMetric metric) {
  return {std::move(name), std::move(help), prometheus::MetricType::Histogram, {std::move(metric)}};
}

}  // namespace

StoreMetrics::StoreMetrics()
    : commands_({1, 2, 4, 8, 16, 32, 64, 128, 256}),
      commit_({0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5}) {}

void StoreMetrics::observe(const store::GroupSeen& seen) {
  commands_.Observe(static_cast<double>(seen.commands));
  commit_.Observe(std::chrono::duration<double>(seen.commit).count());
  waiting_.Set(static_cast<double>(seen.waiting));
}

Families StoreMetrics::collect() const {
  Families families;
  families.push_back(family("livecert_store_group_commands",
                            "Commands that were committed together, with one synchronisation of the disk.",
                            commands_.Collect()));
  families.push_back(family("livecert_store_commit_seconds",
                            "How long commits took, with the synchronisation of the disk.", commit_.Collect()));
  prometheus::MetricFamily queued =
      gauges("livecert_store_queued_commands", "Commands that came while the last group was being committed.");
  add(queued, waiting_.Value());
  families.push_back(std::move(queued));
  return families;
}

}  // namespace livecert::metrics
