#include "benchmarks/load/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace livecert::bench {
namespace {

// Of sorted values.
double rank_ms(const std::vector<std::uint32_t>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return static_cast<double>(sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1]) / 1000;
}

}  // namespace

Summary summarise(LoadResult result) {
  Summary summary;
  std::ranges::sort(result.latencies);
  summary.requests = result.latencies.size();
  summary.errors = result.errors;
  summary.seconds = result.elapsed.count();
  summary.p50_ms = rank_ms(result.latencies, 0.50);
  summary.p90_ms = rank_ms(result.latencies, 0.90);
  summary.p99_ms = rank_ms(result.latencies, 0.99);
  summary.max_ms = rank_ms(result.latencies, 1.0);
  const auto count = static_cast<double>(summary.requests);
  if (summary.seconds > 0) summary.requests_per_second = count / summary.seconds;
  if (count > 0) summary.client_processor_ms_per_request = result.processor.count() * 1000 / count;
  return summary;
}

std::string to_text(const Summary& summary) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(),
                "%.0f requests/s (%llu in %.1f s, %llu errors)\n"
                "latency in ms: p50 %.2f, p90 %.2f, p99 %.2f, max %.2f\n"
                "this client used %.3f ms of processor a request\n",
                summary.requests_per_second, static_cast<unsigned long long>(summary.requests), summary.seconds,
                static_cast<unsigned long long>(summary.errors), summary.p50_ms, summary.p90_ms, summary.p99_ms,
                summary.max_ms, summary.client_processor_ms_per_request);
  return text.data();
}

std::string to_json(const Summary& summary) {
  boost::json::object object;
  object["requests_per_second"] = summary.requests_per_second;
  object["p50_ms"] = summary.p50_ms;
  object["p90_ms"] = summary.p90_ms;
  object["p99_ms"] = summary.p99_ms;
  object["max_ms"] = summary.max_ms;
  object["requests"] = summary.requests;
  object["errors"] = summary.errors;
  object["seconds"] = summary.seconds;
  object["client_processor_ms_per_request"] = summary.client_processor_ms_per_request;
  return boost::json::serialize(object);
}

}  // namespace livecert::bench
