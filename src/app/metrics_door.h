#pragma once

#include <atomic>
#include <functional>
#include <string_view>
#include <vector>

#include "http/router.h"
#include "metrics/series.h"

namespace livecert::app {

inline constexpr std::string_view kMetricsPath = "/metrics";

// Two instances of Prometheus often watch the same targets.
inline constexpr unsigned kScrapesAtOnce = 2;

// Answers GET and HEAD of /metrics with all values of its sources in Prometheus' text format 0.0.4, without a signature
// and without a line in the log. While kScrapesAtOnce are being answered, every further one is refused at once with
// 503: a scrape may take as long as the store takes, and the threads that answer it are few.
class MetricsDoor final : public http::Door {
 public:
  using Source = std::function<metrics::Families()>;  // called from every thread

  explicit MetricsDoor(std::vector<Source> sources) : sources_(std::move(sources)) {}

  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request, std::string_view path) override;

 private:
  const std::vector<Source> sources_;
  std::atomic<unsigned> scrapes_ = 0;  // being answered
};

}  // namespace livecert::app
