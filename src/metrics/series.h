#pragma once

#include <prometheus/metric_family.h>
#include <string>
#include <utility>
#include <vector>

// The data for Prometheus (https://prometheus.io/docs/practices/naming/): counters of events, and *series* that are
// made from the state of the service when they are requested.
namespace livecert::metrics {

using Families = std::vector<prometheus::MetricFamily>;
using Labels = std::vector<std::pair<std::string, std::string>>;

// An empty family of gauges or counters.
[[nodiscard]] prometheus::MetricFamily gauges(std::string name, std::string help);
[[nodiscard]] prometheus::MetricFamily counters(std::string name, std::string help);
// Adds one value to it.
void add(prometheus::MetricFamily& family, double value, const Labels& labels = {});

}  // namespace livecert::metrics
