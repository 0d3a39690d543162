#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>

#include "store/sqlite/faults.h"

namespace livecert::store::testing {
namespace {

// The possible values after commands that each would have set it, judged by their outcomes.
template <typename Value>
std::vector<Value> possible_values(Value value, const std::vector<std::pair<Outcome, Value>>& commands) {
  std::vector<Value> possible;
  possible.push_back(std::move(value));
  for (const auto& [outcome, set] : commands) {
    if (took_effect(outcome) == true) possible.clear();
    if (took_effect(outcome) != false) possible.push_back(set);
  }
  return possible;
}

TEST_P(Faults, OneAfterTheOther) {
  std::vector<Outcome> outcomes;
  const auto work = [&](Store& store) {
    const Context context = context_of(kRoot);
    PutVersion relabelled = update(chain_id(kBefore), kBefore);
    relabelled.project = "live";
    outcomes.clear();
    outcomes.push_back(store.submit(context, creation(1)).wait());
    outcomes.push_back(store.submit(context, update(chain_id(kBefore), 2)).wait());
    outcomes.push_back(store.submit(context, CreateProject{{kRoot, "vod", kNow}}).wait());
    outcomes.push_back(store.submit(context, PutSetting{"tls", base::Bytes(20'000, 7)}).wait());
  };
  const auto verify = [&](Store& store) {
    const auto created = store.ask(&Snapshot::find_chain, chain_id(1));
    const auto updated = store.ask(&Snapshot::find_chain, chain_id(kBefore));
    const auto projects = store.ask(&Snapshot::list_projects, kRoot);
    const auto setting = store.ask(&Snapshot::find_setting, "tls");
    ASSERT_TRUE(created && updated && projects && setting);
    expect_effect(outcomes[0], created->has_value(), "the creation");
    expect_effect(outcomes[1], (*updated)->summary.current == base::CertId(2), "the update");
    expect_effect(outcomes[2], projects->size() == 3, "the project");
    expect_effect(outcomes[3], setting->has_value(), "the setting");
  };
  for_every_failure(work, verify);
}

TEST_P(Faults, OfDomainsAndTheirChains) {
  domain::LiveDomain made;
  made.name = "live.example.net";
  made.account = kRoot;
  made.project = "default";
  made.vhost = "live";
  made.type = "pull-flv";
  made.region = "cn";
  made.tags = {{"key", "value"}};
  Bind bind;
  bind.domain = made.name;
  bind.chain = chain_id(kBefore);
  bind.judged = base::CertId(kBefore);
  bind.dns_names = {std::string(made.name)};
  std::vector<Outcome> outcomes;
  const auto work = [&](Store& store) {
    const Context context = context_of(kRoot);
    outcomes.clear();
    outcomes.push_back(store.submit(context, CreateDomains{{{made, bind}}}).wait());
    outcomes.push_back(store.submit(context, creation(1)).wait());
    outcomes.push_back(store.submit(context, SetDomainStatus{made.name, domain::DomainStatus::kDisabled}).wait());
    outcomes.push_back(store.submit(context, DeleteChain{chain_id(1), std::nullopt}).wait());
  };
  const auto verify = [&](Store& store) {
    const auto found = store.ask(&Snapshot::find_domain, made.name);
    const auto bound = store.ask(&Snapshot::find_chain, chain_id(kBefore));
    const auto deleted = store.ask(&Snapshot::find_chain, chain_id(1));
    ASSERT_TRUE(found && bound && deleted);
    expect_effect(outcomes[0], found->has_value(), "the domain");
    EXPECT_EQ(found->has_value(), !(*bound)->summary.domains.empty()) << "never half of it";
    if (*found) {
      const auto tags = store.ask(&Snapshot::find_tags, made.name);
      ASSERT_TRUE(tags);
      EXPECT_EQ(*tags, made.tags);
      expect_effect(outcomes[2], (*found)->domain.status == domain::DomainStatus::kDisabled, "the status");
    }
    if (took_effect(outcomes[1]).value_or(false)) expect_effect(outcomes[3], !deleted->has_value(), "the deletion");
  };
  for_every_failure(work, verify);
}

TEST_P(Faults, OfEdgesAndTheirReceipts) {
  const auto receipt = [](const std::string& domain, std::int64_t attempts) {
    return domain::Receipt{"edge",   domain, chain_id(kBefore), base::CertId(kBefore), kNow, kNow, {}, {},
                           attempts, "no"};
  };
  using Receipts = std::vector<domain::Receipt>;
  const Receipts first{receipt("a.example.net", 1), receipt("b.example.net", 1)};
  const Receipts second{receipt("a.example.net", 2), receipt("b.example.net", 2)};
  std::vector<Outcome> outcomes;
  const auto work = [&](Store& store) {
    const Context context = context_of(kRoot);
    outcomes.clear();
    outcomes.push_back(store.submit(context, PutEdge{"edge", std::string(5'000, 'x')}).wait());
    outcomes.push_back(store.submit(context, KeepReceipts{first}).wait());
    outcomes.push_back(store.submit(context, KeepReceipts{second}).wait());
    outcomes.push_back(store.submit(context, ForgetReceipts{"edge", {"a.example.net", "b.example.net"}}).wait());
    outcomes.push_back(store.submit(context, PutEdge{"other", "y"}).wait());
    outcomes.push_back(store.submit(context, DeleteEdge{"other"}).wait());
  };
  const auto verify = [&](Store& store) {
    const auto edges = store.ask(&Snapshot::list_edges);
    const auto receipts = store.ask(&Snapshot::list_receipts, {});
    const auto changes = store.ask(&Snapshot::changes, 0, 1'000);
    const auto position = store.ask(&Snapshot::last_change);
    ASSERT_TRUE(edges && receipts && changes && position);
    EXPECT_EQ(changes->back().position, *position);
    const auto has_edge = [&](const std::string& name) {
      return std::ranges::any_of(*edges, [&](const StoredEdge& edge) { return edge.name == name; });
    };
    expect_effect(outcomes[0], has_edge("edge"), "the edge");
    EXPECT_THAT(possible_values<Receipts>({}, {{outcomes[1], first}, {outcomes[2], second}, {outcomes[3], {}}}),
                ::testing::Contains(*receipts));
    if (took_effect(outcomes[4]) == true) expect_effect(outcomes[5], !has_edge("other"), "the deletion");
  };
  for_every_failure(work, verify);
}

TEST_P(Faults, ManyAtOnce) {
  constexpr std::uint64_t kUploads = 8;
  std::vector<Outcome> outcomes(kUploads);
  const auto work = [&](Store& store) {
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < kUploads; ++i) {
      threads.emplace_back([&, i] { outcomes[i] = store.submit(context_of(kRoot), creation(i + 1)).wait(); });
    }
    for (std::thread& thread : threads) thread.join();
  };
  const auto verify = [&](Store& store) {
    for (std::uint64_t i = 0; i < kUploads; ++i) {
      const auto found = store.ask(&Snapshot::find_chain, chain_id(i + 1));
      ASSERT_TRUE(found);
      expect_effect(outcomes[i], found->has_value(), "upload " + std::to_string(i));
    }
  };
  for_every_failure(work, verify);
}

TEST_P(Faults, WhileTheStoreIsMade) {
  for (int n = 1;; ++n) {
    SCOPED_TRACE("failure " + std::to_string(n));
    ASSERT_LT(n, 500);
    const TemporaryDirectory directory;
    vfs.fail(GetParam().operation, n, GetParam().duration);
    auto store = open(directory.path());
    store.reset();
    vfs.stop_failing();
    store = open(directory.path());
    ASSERT_TRUE(store) << "what a failed start leaves behind must not be in the way of the next";
    ASSERT_TRUE(populate(*store));
    store.reset();
    EXPECT_EQ(inspect(directory.path()), "");
    if (!vfs.has_failed()) return;
  }
}

// Each step of a migration is taken wholly or not at all, and a failed start only needs to be repeated.
TEST_P(Faults, OfTakingAnOlderStoreForward) {
  const TemporaryDirectory older;
  std::ifstream script(LIVECERT_TEST_DATA "/version_5.sql");
  ASSERT_EQ(run_sql(older.path() / "livecert.db", {std::istreambuf_iterator<char>(script), {}}), "");
  const auto try_to_open = [&](const std::filesystem::path& directory) {
    return sqlite::SqliteStore::open({.directory = directory,
                                      .readers = 2,
                                      .read_leaf_names = read_leaf_names,
                                      .read_chain_end = read_chain_end,
                                      .vfs = vfs.name()},
                                     clock);
  };
  const auto verify = [](Store& store) {
    const auto domain = store.ask(&Snapshot::find_domain, "live.example.net");
    ASSERT_TRUE(domain && *domain);
    EXPECT_EQ((*domain)->cert_domain, "*.example.net");
    const auto chain = store.ask(&Snapshot::find_chain, chain_id(1));
    ASSERT_TRUE(chain && *chain);
    EXPECT_EQ((*chain)->summary.representative, representative(2));
  };
  for (int n = 1;; ++n) {
    SCOPED_TRACE("failure " + std::to_string(n));
    ASSERT_LT(n, 500);
    const TemporaryDirectory tried;
    const TemporaryDirectory crashed;
    copy_store(older.path(), tried.path());
    vfs.fail(GetParam().operation, n, GetParam().duration);
    auto store = try_to_open(tried.path());
    const bool failed = vfs.has_failed();
    if (store) {
      verify(**store);
    } else if (GetParam().operation == Operation::kFullDisk) {
      EXPECT_THAT(store.error().message, ::testing::HasSubstr("disk is full: make room and start again"));
    }
    copy_store(tried.path(), crashed.path());
    if (store) store->reset();
    vfs.stop_failing();
    for (const auto& directory : {crashed.path(), tried.path()}) {
      auto again = try_to_open(directory);
      ASSERT_TRUE(again) << again.error().message;
      verify(**again);
      again->reset();
      EXPECT_EQ(inspect(directory), "");
    }
    if (!failed || HasFailure()) return;
  }
}

TEST_P(Faults, ADiskThatRecoversIsUsedAgain) {
  auto store = open(original.path());
  ASSERT_TRUE(store);
  vfs.fail(GetParam().operation, 1, Duration::kFromThenOn);
  EXPECT_NE(store->submit(context_of(kRoot), creation(1)).wait().kind, OutcomeKind::kDone);
  EXPECT_TRUE(store->ask(&Snapshot::find_chain, chain_id(kBefore))) << "reads go on";
  vfs.stop_failing();
  EXPECT_EQ(store->submit(context_of(kRoot), creation(2)).wait().kind, OutcomeKind::kDone);
  store.reset();
  EXPECT_EQ(inspect(original.path()), "");
}

INSTANTIATE_TEST_SUITE_P(Sqlite, Faults,
                         ::testing::Values(Fault{Operation::kWrite, Duration::kOnce, "WriteFails"},
                                           Fault{Operation::kWrite, Duration::kFromThenOn, "WritesFail"},
                                           Fault{Operation::kTornWrite, Duration::kOnce, "WriteIsTorn"},
                                           Fault{Operation::kTornWrite, Duration::kFromThenOn, "WritesAreTorn"},
                                           Fault{Operation::kSync, Duration::kOnce, "SyncFails"},
                                           Fault{Operation::kSync, Duration::kFromThenOn, "SyncsFail"},
                                           Fault{Operation::kFullDisk, Duration::kFromThenOn, "DiskIsFull"}),
                         [](const auto& fault) { return fault.param.name; });

}  // namespace
}  // namespace livecert::store::testing
