#include <benchmark/benchmark.h>

#include "benchmarks/micro/benchmarks.h"
#include "benchmarks/micro/floor.h"
#include "x509/judge.h"
#include "x509/key_reading.h"
#include "x509/pem_scanner.h"
#include "x509/signature_check.h"

namespace livecert::benchmarks {
namespace {

constexpr std::size_t kMaxBlocks = 30;

// No issuer is known but those uploaded.
class NoSource final : public x509::IssuerSource {
 public:
  base::Result<std::vector<x509::Certificate>> issuers_of(const x509::Certificate&) override {
    return std::vector<x509::Certificate>();
  }
};

// An upload's certificate and key, parsed.
struct Parsed {
  std::vector<x509::Certificate> leaves;
  std::vector<x509::PrivateKey> keys;
  x509::Certificate issuer;

  explicit Parsed(const Fixture& fixture) : issuer(must(x509::Certificate::parse(fixture.upload(0).issuer_der))) {
    for (const Upload& upload : fixture.uploads()) {
      leaves.push_back(must(x509::Certificate::parse(upload.leaf_der)));
      keys.push_back(must(x509::PrivateKey::parse_pkcs8(upload.key_der)));
    }
  }
};

void scan_pem(benchmark::State& state, const Fixture& fixture) {
  std::size_t i = 0;
  for (auto _ : state) {
    const Upload& upload = fixture.upload(i++);
    LIVECERT_CHECK(x509::scan_pem(upload.certificates_pem, kMaxBlocks).size() == 2);
    LIVECERT_CHECK(x509::scan_pem(upload.key_pem, kMaxBlocks).size() == 1);
  }
}

void parse_leaf(benchmark::State& state, const Fixture& fixture) {
  std::size_t i = 0;
  for (auto _ : state) LIVECERT_CHECK(x509::Certificate::parse(fixture.upload(i++).leaf_der).has_value());
}

void read_key(benchmark::State& state, const Fixture& fixture) {
  std::size_t i = 0;
  for (auto _ : state) {
    const auto reading = x509::read_private_key(x509::KeyEncoding::kPkcs8, fixture.upload(i++).key_der);
    LIVECERT_CHECK(std::holds_alternative<x509::PrivateKey>(reading));
  }
}

void match_key(benchmark::State& state, const Fixture& fixture) {
  const Parsed parsed(fixture);
  std::size_t i = 0;
  for (auto _ : state) {
    LIVECERT_CHECK(parsed.keys[i].belongs_to(parsed.leaves[i]));
    i = (i + 1) % parsed.keys.size();
  }
}

void check_chain(benchmark::State& state, const Fixture& fixture) {
  const Parsed parsed(fixture);
  std::size_t i = 0;
  for (auto _ : state) {
    x509::WorkBudget budget;
    x509::SignatureChecker checker(nullptr, budget);
    LIVECERT_CHECK(checker.check(parsed.leaves[i], parsed.issuer) == x509::SignatureState::kValid);
    i = (i + 1) % parsed.leaves.size();
  }
}

void judge(benchmark::State& state, const Fixture& fixture) {
  x509::IssuerCache cache;
  NoSource source;
  x509::Policy policy;
  policy.now = fixture.make_context().at;
  policy.issuer_cache = &cache;
  std::size_t i = 0;
  for (auto _ : state) {
    const Upload& upload = fixture.upload(i++);
    const auto judgement = must(x509::judge(upload.certificates_pem, upload.key_pem, policy, source));
    LIVECERT_CHECK(judgement.accepted.has_value());
  }
}

// The same with everything a running service looks into: the distribution's roots, the account's earlier chains.
void judge_in_service(benchmark::State& state, Fixture& fixture) {
  const service::Context context = fixture.make_context();
  std::size_t i = 0;
  for (auto _ : state) {
    const auto input = Fixture::input_of(fixture.upload(i++));
    LIVECERT_CHECK(
        must(service::judge_upload(fixture.services(), context, input, x509::KeyProof::kNone)).accepted.has_value());
  }
}

void floor_from_der(benchmark::State& state, const Fixture& fixture) {
  const Floor floor(fixture.upload(0).issuer_der);
  std::size_t i = 0;
  for (auto _ : state) {
    const Upload& upload = fixture.upload(i++);
    LIVECERT_CHECK(floor.accepts(upload.leaf_der, upload.key_der));
  }
}

void floor_from_pem(benchmark::State& state, const Fixture& fixture) {
  const Floor floor(fixture.upload(0).issuer_der);
  std::size_t i = 0;
  for (auto _ : state) {
    const Upload& upload = fixture.upload(i++);
    LIVECERT_CHECK(floor.accepts_pem(upload.certificates_pem, upload.key_pem));
  }
}

}  // namespace

void register_certificate_benchmarks(const Registry& registry, Fixture& fixture) {
  registry.add("certificate/pem", scan_pem, std::cref(fixture));
  registry.add("certificate/leaf", parse_leaf, std::cref(fixture));
  registry.add("certificate/key", read_key, std::cref(fixture));
  registry.add("certificate/match", match_key, std::cref(fixture));
  registry.add("certificate/chain", check_chain, std::cref(fixture));
  registry.add("certificate/judge", judge, std::cref(fixture));
  registry.add("certificate/judge-in-service", judge_in_service, std::ref(fixture));
  registry.add("floor/from-der", floor_from_der, std::cref(fixture));
  registry.add("floor/from-pem", floor_from_pem, std::cref(fixture));
}

}  // namespace livecert::benchmarks
