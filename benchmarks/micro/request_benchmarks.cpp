#include <benchmark/benchmark.h>

#include "api/binder.h"
#include "api/upload_input.h"
#include "benchmarks/micro/benchmarks.h"
#include "net/request_head.h"
#include "signature/verify.h"

namespace livecert::benchmarks {
namespace {

void read_head(benchmark::State& state, const Fixture& fixture) {
  constexpr std::size_t kMaxHeaders = 100;
  std::size_t i = 0;
  for (auto _ : state) {
    const std::string& head = fixture.upload(i++).head;
    LIVECERT_CHECK(net::find_head_end(head, 0).length == head.size());
    benchmark::DoNotOptimize(net::parse_head(head, kMaxHeaders));
  }
}

void verify_signature(benchmark::State& state, const Fixture& fixture) {
  const base::Time now = fixture.make_context().at;
  std::size_t i = 0;
  for (auto _ : state) {
    const http::Request& request = fixture.upload(i++).request;
    const auto claim = must(signature::parse_claim(request, now, {}));
    LIVECERT_CHECK(signature::verify(request, claim, fixture.credentials().secret).has_value());
  }
}

void bind_json(benchmark::State& state, const Fixture& fixture) {
  std::size_t i = 0;
  for (auto _ : state) {
    const auto json = must(api::JsonInput::parse(fixture.upload(i++).request.body));
    const api::Binder binder(json);
    benchmark::DoNotOptimize(api::bind_upload(binder));
    LIVECERT_CHECK(binder.finish().has_value());
  }
}

}  // namespace

void register_request_benchmarks(const Registry& registry, const Fixture& fixture) {
  registry.add("request/head", read_head, std::cref(fixture));
  registry.add("request/signature", verify_signature, std::cref(fixture));
  registry.add("request/json", bind_json, std::cref(fixture));
}

}  // namespace livecert::benchmarks
