#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "benchmarks/load/connection.h"
#include "benchmarks/load/workload.h"

namespace livecert::bench {

struct LoadOptions {
  std::string host;
  std::string port;
  Connection::Reach reach = Connection::Reach::kLoopback;
  std::size_t connections = 32;
  std::chrono::seconds duration{10};
};

struct LoadResult {
  std::vector<std::uint32_t> latencies;  // microseconds, of each success, in the order they came
  std::uint64_t errors = 0;              // answers that were no success, and connections that were lost
  std::string first_error;               // what the first of them said
  std::chrono::duration<double> elapsed{};
  std::chrono::duration<double> processor{};  // of this process while the load ran
  bool used_up = false;                       // the workload ended before the time
};

// Sends the workload over that many connections, each with one request under way, and checks every answer. `progress`
// is told about once a second how many were answered. kUpstreamFailure when no connection can be made.
[[nodiscard]] base::Result<LoadResult> run_load(const LoadOptions& options, const Workload& workload,
                                                const std::function<void(std::size_t)>& progress);

}  // namespace livecert::bench
