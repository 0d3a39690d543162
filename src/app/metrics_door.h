#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "http/router.h"
#include "metrics/series.h"

namespace livecert::app {

inline constexpr std::string_view kMetricsPath = "/metrics";

// Answers GET and HEAD of /metrics with all values of its sources in Prometheus' text format 0.0.4, without a signature
// and without a line in the log.
class MetricsDoor final : public http::Door {
 public:
  using Source = std::function<metrics::Families()>;  // called from every thread

  explicit MetricsDoor(std::vector<Source> sources) : sources_(std::move(sources)) {}

  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request, std::string_view path) override;

 private:
  const std::vector<Source> sources_;
};

}  // namespace livecert::app
