#pragma once

#include <chrono>
#include <map>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <shared_mutex>
#include <string>
#include <utility>

#include "metrics/series.h"

namespace livecert::metrics {

// Durations of requests, by action and by the code of the answer. Callable from every thread.
class RequestMetrics {
 public:
  RequestMetrics();

  // `action`: a documented name, or "-" if it is unknown; `code`: "OK" or the error's. Both come from livecert's
  // tables, so that clients cannot create series without limit.
  void observe(const std::string& action, const std::string& code, std::chrono::microseconds duration);

  [[nodiscard]] Families collect() const { return durations_.Collect(); }

 private:
  prometheus::Family<prometheus::Histogram> durations_;
  std::shared_mutex mutex_;
  std::map<std::pair<std::string, std::string>, prometheus::Histogram*> known_;  // saves making the labels each time
};

}  // namespace livecert::metrics
