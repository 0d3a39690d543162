#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/load/load.h"

namespace livecert::bench {

struct Summary {
  double requests_per_second = 0;
  double p50_ms = 0;
  double p90_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
  double seconds = 0;
  double client_processor_ms_per_request = 0;
};

// Percentiles by nearest rank; all zero without a success.
[[nodiscard]] Summary summarise(LoadResult result);

// For people, several lines.
[[nodiscard]] std::string to_text(const Summary& summary);
// One object on one line.
[[nodiscard]] std::string to_json(const Summary& summary);

}  // namespace livecert::bench
