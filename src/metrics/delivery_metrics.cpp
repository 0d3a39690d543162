#include "metrics/delivery_metrics.h"

#include "metrics/edge_series.h"

namespace livecert::metrics {
namespace {

const prometheus::Histogram::BucketBoundaries kDeliverySeconds{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600};

}  // namespace

DeliveryMetrics::DeliveryMetrics()
    : durations_("livecert_edge_delivery_seconds",
                 "From the order of a version for a domain until the edge showed it, or took it if it cannot be asked.",
                 {}) {}

void DeliveryMetrics::observe(const edge::Definition& edge, std::chrono::microseconds took) {
  const Labels labels = labels_of(edge);
  durations_.Add(prometheus::Labels(labels.begin(), labels.end()), kDeliverySeconds)
      .Observe(std::chrono::duration<double>(took).count());
}

}  // namespace livecert::metrics
