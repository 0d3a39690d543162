#include <atomic>
#include <benchmark/benchmark.h>
#include <cstring>

#include "benchmarks/micro/bare_sqlite.h"
#include "benchmarks/micro/benchmarks.h"

namespace livecert::benchmarks {
namespace {

void seal(benchmark::State& state, Fixture& fixture) {
  service::Services& services = fixture.services();
  const store::PutVersion command = fixture.put_version_of(fixture.upload(0));
  const base::AccountId account = fixture.make_context().caller.account;
  const auto account_key = must(services.store.ask(&store::Snapshot::find_account_key, account));
  LIVECERT_CHECK(account_key.has_value());
  const base::SecretBytes key = base::SecretBytes::copy_of(fixture.upload(0).key_der);
  const vault::Place place{.purpose = vault::Purpose::kPrivateKey,
                           .account = account,
                           .chain = command.chain,
                           .version = command.version,
                           .digest = command.content.leaf_key_digest};
  for (auto _ : state) LIVECERT_CHECK(services.vault.seal(*account_key, place, key).has_value());
}

// The same content as a new chain: an id of its own, and digests that equal no other.
store::PutVersion as_new_chain(store::PutVersion command, service::Services& services, std::uint64_t number) {
  command.chain = services.ids.make_chain_id();
  command.version = services.ids.make_cert_id();
  std::memcpy(command.content.content_digest.data(), &number, sizeof number);
  return command;
}

// Run by many threads: the store's writer commits together what they submit together.
class Put {
 public:
  explicit Put(Fixture& fixture) : fixture_(fixture) {
    for (const Upload& upload : fixture.uploads()) commands_.push_back(fixture.put_version_of(upload));
  }

  void operator()(benchmark::State& state) {
    service::Services& services = fixture_.services();
    const service::Context context = fixture_.make_context();
    for (auto _ : state) {
      const std::uint64_t number = ++count_;
      auto command = as_new_chain(commands_[number % commands_.size()], services, number);
      LIVECERT_CHECK(services.store.submit(context, std::move(command)).wait().kind == store::OutcomeKind::kDone);
    }
  }

 private:
  Fixture& fixture_;
  std::vector<store::PutVersion> commands_;
  std::atomic<std::uint64_t> count_ = 0;
};

// A group of rows counts as that many iterations.
void put_bare(benchmark::State& state, Fixture& fixture, std::size_t group) {
  BareSqlite sqlite(fixture);
  while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(group))) sqlite.put(group);
}

}  // namespace

void register_custody_benchmarks(const Registry& registry, Fixture& fixture) {
  registry.add("custody/seal", seal, std::ref(fixture));
  const auto put = std::make_shared<Put>(fixture);
  registry.add("custody/put-version", [put](benchmark::State& state) { (*put)(state); })
      ->Threads(32)
      ->UseRealTime()
      ->MeasureProcessCPUTime();
  for (const std::size_t group : {1U, 10U, 32U}) {
    registry.add("peer/sqlite/" + std::to_string(group), put_bare, std::ref(fixture), group)->UseRealTime();
  }
}

}  // namespace livecert::benchmarks
