#include <benchmark/benchmark.h>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "app/log.h"
#include "benchmarks/benchmarks.h"

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

}  // namespace

int main(int argc, char** argv) {
  try {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    app::start_log("error");
    benchmarks::Fixture fixture;
    benchmarks::register_request_benchmarks(fixture);
    benchmarks::register_certificate_benchmarks(fixture);
    benchmarks::register_custody_benchmarks(fixture);
    RatioReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::Shutdown();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "livecert-microbench: %s\n", error.what());
  }
  return 1;
}
