#pragma once

#include <prometheus/metric_family.h>
#include <string>
#include <utility>
#include <vector>

// What Prometheus reads (https://prometheus.io/docs/practices/naming/): numbers that are kept as things happen, and
// *series* that are made from the state of the service when they are asked for.
namespace livecert::metrics {

using Families = std::vector<prometheus::MetricFamily>;
using Labels = std::vector<std::pair<std::string, std::string>>;

// An empty family of gauges or counters.
[[nodiscard]] prometheus::MetricFamily gauges(std::string name, std::string help);
[[nodiscard]] prometheus::MetricFamily counters(std::string name, std::string help);
// One more value in it.
void add(prometheus::MetricFamily& family, double value, const Labels& labels = {});

}  // namespace livecert::metrics
