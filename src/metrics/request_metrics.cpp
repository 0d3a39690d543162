#include "metrics/request_metrics.h"

#include <mutex>

namespace livecert::metrics {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                       0.1,    0.25,  0.5,    1,     2.5,  5};

}  // namespace

RequestMetrics::RequestMetrics()
    : durations_("livecert_request_duration_seconds",
                 "From a request's last byte to its answer, by action and by the code of the answer.", {}) {}

void RequestMetrics::observe(const std::string& action, const std::string& code, std::chrono::microseconds duration) {
  const std::pair key(action, code);
  prometheus::Histogram* histogram = nullptr;
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) histogram = found->second;
  }
  if (histogram == nullptr) {
    const std::unique_lock lock(mutex_);
    histogram = known_[key] = &durations_.Add({{"action", action}, {"code", code}}, kSeconds);
  }
  histogram->Observe(std::chrono::duration<double>(duration).count());
}

}  // namespace livecert::metrics
