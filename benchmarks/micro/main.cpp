#include <benchmark/benchmark.h>
#include <charconv>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/log.h"
#include "benchmarks/micro/benchmarks.h"

namespace {

using namespace livecert;

// Shows what Google Benchmark shows, and keeps the times to hold the certificate part against its floor.
class RatioReporter final : public benchmark::ConsoleReporter {
 public:
  RatioReporter() : ConsoleReporter(OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    // With repetitions the median comes last.
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Iteration || run.aggregate_name == "median") {
        times_[run.run_name.function_name] = run.GetAdjustedCPUTime();
      }
    }
    ConsoleReporter::ReportRuns(runs);
  }

  void Finalize() override {
    ConsoleReporter::Finalize();
    print_ratio("floor/from-pem");
    print_ratio("floor/from-der");
  }

 private:
  void print_ratio(const char* floor) {
    if (!times_.contains("certificate/judge") || !times_.contains(floor)) return;
    std::printf("certificate part / %s: %.2f\n", floor, times_["certificate/judge"] / times_[floor]);
  }

  std::map<std::string, double> times_;
};

void register_all(benchmark::IterationCount iterations, benchmarks::Fixture& fixture) {
  const benchmarks::Registry registry(iterations);
  benchmarks::register_request_benchmarks(registry, fixture);
  benchmarks::register_certificate_benchmarks(registry, fixture);
  benchmarks::register_custody_benchmarks(registry, fixture);
}

// The number of `--counted=N`, the last argument, which is taken off: every benchmark runs once, so that nothing has to
// be set up any more, then N times and then 2N times, for tools/count-instructions. 0 without it.
benchmark::IterationCount take_counted(int& argc, char** argv) {
  constexpr std::string_view kFlag = "--counted=";
  const std::string_view argument = argc > 1 ? argv[argc - 1] : "";
  if (!argument.starts_with(kFlag)) return 0;
  benchmark::IterationCount count = 0;
  const char* end = argument.data() + argument.size();
  if (std::from_chars(argument.data() + kFlag.size(), end, count).ptr != end || count < 1) return 0;
  --argc;
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const benchmark::IterationCount counted = take_counted(argc, argv);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    app::start_log("error");
    benchmarks::Fixture fixture;
    if (counted > 0) register_all(1, fixture);
    register_all(counted, fixture);
    if (counted > 0) register_all(2 * counted, fixture);
    RatioReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::Shutdown();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "livecert-microbench: %s\n", error.what());
  }
  return 1;
}
