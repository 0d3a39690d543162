#pragma once

#include <benchmark/benchmark.h>
#include <utility>

#include "benchmarks/micro/fixture.h"

// The steps of a CreateCert, in the order of its way through the server. The fixture must outlive the run.
namespace livecert::benchmarks {

// Takes the benchmarks up. With `iterations` each runs just so often; with 0 Google Benchmark finds out how often.
class Registry {
 public:
  explicit Registry(benchmark::IterationCount iterations) : iterations_(iterations) {}

  template <typename Function, typename... Arguments>
  benchmark::internal::Benchmark* add(const std::string& name, Function&& function, Arguments&&... arguments) const {
    auto* added = benchmark::RegisterBenchmark(name.c_str(), std::forward<Function>(function),
                                               std::forward<Arguments>(arguments)...);
    return iterations_ > 0 ? added->Iterations(iterations_) : added;
  }

 private:
  benchmark::IterationCount iterations_;
};

// What happens before the action is known and its input is typed.
void register_request_benchmarks(const Registry& registry, const Fixture& fixture);
// The certificate part, whole and by its steps, and the floor it is held against.
void register_certificate_benchmarks(const Registry& registry, Fixture& fixture);
// Sealing and storing.
void register_custody_benchmarks(const Registry& registry, Fixture& fixture);

}  // namespace livecert::benchmarks
