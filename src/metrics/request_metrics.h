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

// How long requests took, by action and by the code that was answered. Callable from every thread.
class RequestMetrics {
 public:
  RequestMetrics();

  // `action`: a documented name, or "-" where it is not known; `code`: "OK" or the error's. Both come from tables of
  // livecert's, so that nobody can make series without end.
  void observe(const std::string& action, const std::string& code, std::chrono::microseconds duration);

  [[nodiscard]] Families collect() const { return durations_.Collect(); }

 private:
  prometheus::Family<prometheus::Histogram> durations_;
  std::shared_mutex mutex_;
  std::map<std::pair<std::string, std::string>, prometheus::Histogram*> known_;  // so that no labels are made each time
};

}  // namespace livecert::metrics
