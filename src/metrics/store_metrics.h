#pragma once

#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include "metrics/series.h"
#include "store/group_writer.h"

namespace livecert::metrics {

// The work of the store's writer. Callable from every thread.
class StoreMetrics {
 public:
  StoreMetrics();

  void observe(const store::GroupSeen& seen);
  [[nodiscard]] Families collect() const;

 private:
  prometheus::Histogram commands_;
  prometheus::Histogram commit_;
  prometheus::Gauge waiting_;
};

}  // namespace livecert::metrics
