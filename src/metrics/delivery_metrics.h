#pragma once

#include <chrono>
#include <prometheus/family.h>
#include <prometheus/histogram.h>

#include "edge/definition.h"
#include "metrics/series.h"

namespace livecert::metrics {

// How long deliveries took, by edge. Callable from every thread.
class DeliveryMetrics {
 public:
  DeliveryMetrics();

  // From the order until the edge showed it; or took it, when it cannot be asked.
  void observe(const edge::Definition& edge, std::chrono::microseconds took);

  [[nodiscard]] Families collect() const { return durations_.Collect(); }

 private:
  prometheus::Family<prometheus::Histogram> durations_;
};

}  // namespace livecert::metrics
