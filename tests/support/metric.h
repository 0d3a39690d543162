#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "metrics/series.h"

namespace livecert::test {

// nullptr: there is no such family.
inline const prometheus::MetricFamily* find_family(const metrics::Families& families, const std::string& name) {
  const auto found = std::ranges::find(families, name, &prometheus::MetricFamily::name);
  return found == families.end() ? nullptr : &*found;
}

inline std::string label_of(const prometheus::ClientMetric& metric, const std::string& name) {
  const auto found = std::ranges::find(metric.label, name, &prometheus::ClientMetric::Label::name);
  return found == metric.label.end() ? std::string() : found->value;
}

// The first metric that has all of these labels; nullptr: there is none.
inline const prometheus::ClientMetric* find_metric(const prometheus::MetricFamily& family,
                                                   const metrics::Labels& labels) {
  const auto found = std::ranges::find_if(family.metric, [&](const prometheus::ClientMetric& metric) {
    return std::ranges::all_of(labels,
                               [&](const auto& label) { return label_of(metric, label.first) == label.second; });
  });
  return found == family.metric.end() ? nullptr : &*found;
}

// The value of a gauge or counter; nullopt: there is no such metric.
inline std::optional<double> value_of(const metrics::Families& families, const std::string& name,
                                      const metrics::Labels& labels) {
  const auto* const family = find_family(families, name);
  const auto* const metric = family == nullptr ? nullptr : find_metric(*family, labels);
  if (metric == nullptr) return std::nullopt;
  return family->type == prometheus::MetricType::Counter ? metric->counter.value : metric->gauge.value;
}

}  // namespace livecert::test
