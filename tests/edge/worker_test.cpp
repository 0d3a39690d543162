#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/delivery/local_worker.h"
#include "edge/fakes.h"
#include "support/fake_clock.h"

namespace livecert::edge {
namespace {

using testing::FakeDriver;
using testing::FakeEdge;
using testing::FakeSource;
using testing::make_order;

constexpr base::Time kNow{std::chrono::microseconds(1'790'000'000'000'000)};
const std::string kDomain = "a.example.net";

class WorkerTest : public ::testing::Test {
 protected:
  WorkerTest() : source_(kNow), clock_(kNow) {
    definition_.name = "web";
    definition_.listen = Address{"127.0.0.1", 1};
    for (std::int64_t version = 1; version <= 3; ++version) source_.make_version(version, kDomain);
    worker_ = make_worker(definition_);
  }

  std::unique_ptr<Worker> make_worker(const Definition& definition) {
    Probes probes;
    probes.prove = [this](const ProofTarget& target, const auto& expected, ProofDepth) {
      ++proofs_;
      return testing::prove_fake({{1, &edge_}}, source_, target, expected);
    };
    probes.check = [this](const Bundle&, const std::string& domain) -> base::Result<void> {
      ++checks_;
      if (during_check_) during_check_(domain);
      if (is_broken_ || domain == broken_domain_)
        return base::Error{base::ErrorCode::kInvalidInput, "the key does not sign"};
      return {};
    };
    return std::make_unique<LocalWorker>(definition, std::make_unique<FakeDriver>(edge_), source_, clock_,
                                         std::move(probes));
  }

  static Task task(Step step, std::int64_t version, const std::string& domain = kDomain) {
    Task made;
    made.step = step;
    made.domain = domain;
    made.order = make_order(domain, version);
    return made;
  }
  Finished perform(const Task& one) { return worker_->perform({one}).front(); }

  FakeSource source_;
  test::FakeClock clock_;
  FakeEdge edge_;
  Definition definition_;
  std::unique_ptr<Worker> worker_;
  std::atomic<int> proofs_ = 0;  // several threads make them
  std::atomic<int> checks_ = 0;
  bool is_broken_ = false;
  std::string broken_domain_;
  std::function<void(const std::string& domain)> during_check_;
};

TEST_F(WorkerTest, WritesActivatesAndProves) {
  const Finished finished = perform(task(Step::kDeliver, 1));
  EXPECT_EQ(finished.end, End::kProved);
  EXPECT_EQ(finished.written_at, kNow);
  EXPECT_EQ(finished.acknowledged_at, kNow);
  EXPECT_TRUE(finished.is_checked);
  EXPECT_EQ(edge_.serves().at(kDomain), 1);
}

TEST_F(WorkerTest, SaysForWhichEdgeAndWhyAKeyIsOpened) {
  ASSERT_EQ(perform(task(Step::kDeliver, 1)).end, End::kProved);
  ASSERT_THAT(source_.openings(), ::testing::SizeIs(1));
  EXPECT_EQ(source_.openings().front().edge, definition_.name);
  EXPECT_EQ(source_.openings().front().use, KeyUse::kDelivery);
}

TEST_F(WorkerTest, WritesNothingThatDoesNotWork) {
  is_broken_ = true;
  const Finished finished = perform(task(Step::kDeliver, 1));
  EXPECT_EQ(finished.end, End::kBroken);
  EXPECT_EQ(finished.reason, "the key does not sign");
  EXPECT_EQ(edge_.write_count(), 0);
}

TEST_F(WorkerTest, LooksAtOnceAtAVersionOfOneDomainAmongMany) {
  source_.make_version(7, "*.example.net");
  std::vector<Task> tasks;
  for (int i = 0; i < 50; ++i) tasks.push_back(task(Step::kDeliver, 7, "d" + std::to_string(i) + ".example.net"));
  tasks.push_back(task(Step::kDeliver, 1));
  const std::vector<Finished> finished = worker_->perform(tasks);
  EXPECT_EQ(finished.back().end, End::kProved);
  EXPECT_EQ(finished.front().end, End::kUnasked);
  EXPECT_EQ(proofs_, 1);
}

TEST_F(WorkerTest, DoesNotLookAtADomainThatTheEdgeNeverGot) {
  Task unknown = task(Step::kCheck, 1);
  unknown.is_unknown = true;
  EXPECT_EQ(perform(unknown).end, End::kNotServed);
  EXPECT_EQ(proofs_, 0);
  // The receipts were lost: the files are there.
  ASSERT_EQ(perform(task(Step::kDeliver, 1)).end, End::kProved);
  EXPECT_EQ(perform(unknown).end, End::kProved);
  EXPECT_EQ(proofs_, 2);
}

TEST_F(WorkerTest, LooksAtFewOfTheManyWhoseReceiptsWereLost) {
  source_.make_version(7, "*.example.net");
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < 3 * kLooksAtOnce; ++i) {
    tasks.push_back(task(Step::kDeliver, 7, "d" + std::to_string(i) + ".example.net"));
  }
  static_cast<void>(worker_->perform(tasks));
  for (Task& each : tasks) {
    each.step = Step::kCheck;
    each.is_unknown = true;
  }
  const std::vector<Finished> finished = worker_->perform(tasks);
  EXPECT_EQ(proofs_, static_cast<int>(kLooksAtOnce));
  EXPECT_EQ(finished.front().end, End::kProved);
  EXPECT_EQ(finished.back().end, End::kUnasked);
}

TEST_F(WorkerTest, TriesAVersionOutOnceOnly) {
  Task second = task(Step::kDeliver, 1);
  second.is_checked = true;
  EXPECT_TRUE(perform(second).is_checked);
  EXPECT_EQ(checks_, 0);
}

TEST_F(WorkerTest, ChecksAVersionOnceForAllDomainsThatItIsFor) {
  source_.make_version(7, "*.example.net");
  const std::vector<Task> tasks{task(Step::kDeliver, 7, "a.example.net"), task(Step::kDeliver, 7, "b.example.net")};
  for (const Finished& finished : worker_->perform(tasks)) {
    EXPECT_EQ(finished.end, End::kProved);
    EXPECT_TRUE(finished.is_checked);
  }
  EXPECT_EQ(checks_, 1);
  Task later = task(Step::kDeliver, 7, "c.example.net");
  later.is_sound = true;
  EXPECT_TRUE(perform(later).is_checked);
  EXPECT_EQ(checks_, 1);
}

TEST_F(WorkerTest, ChecksAVersionAgainForADomainThatItIsNotFor) {
  Task other = task(Step::kDeliver, 1, "b.example.org");
  other.is_sound = true;
  is_broken_ = true;
  EXPECT_EQ(perform(other).end, End::kBroken);
  EXPECT_EQ(edge_.write_count(), 0);
}

// Each check waits until another one is under way.
TEST_F(WorkerTest, ChecksTwoVersionsAtATime) {
  std::mutex mutex;
  std::condition_variable changed;
  int begun = 0;
  during_check_ = [&](const std::string&) {
    std::unique_lock lock(mutex);
    const int partner = begun++ / 2 * 2 + 2;
    changed.notify_all();
    EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds(60), [&] { return begun >= partner; }));
  };
  std::vector<Task> tasks;
  for (std::int64_t version = 11; version <= 14; ++version) {
    const std::string domain = "d" + std::to_string(version) + ".example.net";
    source_.make_version(version, domain);
    tasks.push_back(task(Step::kDeliver, version, domain));
  }
  for (const Finished& finished : worker_->perform(tasks)) EXPECT_EQ(finished.end, End::kProved);
  EXPECT_EQ(checks_, 4);
}

TEST_F(WorkerTest, OneBrokenBundleAmongManyLeavesTheOthersAlone) {
  std::vector<Task> tasks;
  for (std::int64_t version = 11; version <= 14; ++version) {
    const std::string domain = "d" + std::to_string(version) + ".example.net";
    source_.make_version(version, domain);
    tasks.push_back(task(Step::kDeliver, version, domain));
  }
  broken_domain_ = "d12.example.net";
  const auto finished = worker_->perform(tasks);
  for (std::size_t i = 0; i < finished.size(); ++i) {
    EXPECT_EQ(finished[i].end, i == 1 ? End::kBroken : End::kProved) << i;
  }
  EXPECT_EQ(checks_, 4);
  EXPECT_FALSE(edge_.serves().contains(broken_domain_));
}

TEST_F(WorkerTest, PlacesManyBeforeItLooksAtAny) {
  source_.make_version(7, "*.example.net");
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < kLooksAtOnce + 1; ++i) {
    tasks.push_back(task(Step::kDeliver, 7, "d" + std::to_string(i) + ".example.net"));
  }
  for (const Finished& finished : worker_->perform(tasks)) {
    EXPECT_EQ(finished.end, End::kUnasked);
    EXPECT_EQ(finished.written_at, kNow);
    EXPECT_EQ(finished.acknowledged_at, kNow);
  }
  EXPECT_EQ(edge_.serves().size(), tasks.size());
  EXPECT_EQ(proofs_, 0);
  for (Task& placed : tasks) placed.step = Step::kProve;
  for (const Finished& finished : worker_->perform(tasks)) EXPECT_EQ(finished.end, End::kProved);
  EXPECT_EQ(proofs_, static_cast<int>(tasks.size()));
}

TEST_F(WorkerTest, NeverReplacesAValidCertificateByAnExpiredOne) {
  source_.make_version(9, kDomain, std::chrono::hours(-1));
  Task late = task(Step::kDeliver, 9);
  late.in_place = base::CertId(1);
  const Finished finished = perform(late);
  EXPECT_EQ(finished.end, End::kBroken);
  EXPECT_THAT(finished.reason, ::testing::HasSubstr("version 1, which is valid, is in place"));
  EXPECT_EQ(edge_.write_count(), 0);
}

TEST_F(WorkerTest, ReplacesWhatHasExpiredItselfByAnything) {
  source_.make_version(8, kDomain, std::chrono::hours(-2));
  source_.make_version(9, kDomain, std::chrono::hours(-1));
  Task late = task(Step::kDeliver, 9);
  late.in_place = base::CertId(8);
  EXPECT_EQ(perform(late).end, End::kProved);
}

TEST_F(WorkerTest, KeepsTheFirstReceiptBeforeItWrites) {
  Task first = task(Step::kDeliver, 1);
  first.first_receipt = domain::Receipt{"web", kDomain, first.order.chain, first.order.version, kNow};
  edge_.update([](FakeEdge& edge) { edge.is_full = true; });
  EXPECT_EQ(perform(first).end, End::kUnwritable);
  ASSERT_THAT(source_.kept(), ::testing::SizeIs(1));
  EXPECT_EQ(source_.kept().front().written_at, std::nullopt);
}

TEST_F(WorkerTest, WritesNothingWhenTheFirstReceiptCannotBeKept) {
  class Forgetful final : public Source {
   public:
    explicit Forgetful(Source& inner) : inner_(inner) {}
    base::Result<Snapshot> read_all() override { return inner_.read_all(); }
    base::Result<Changes> changes(std::int64_t after, std::chrono::milliseconds wait) override {
      return inner_.changes(after, wait);
    }
    base::Result<Bundle> load(const Order& order, const Opening& opening) override {
      return inner_.load(order, opening);
    }
    base::Result<std::vector<x509::Certificate>> load_chain(base::CertId version) override {
      return inner_.load_chain(version);
    }
    base::Result<void> keep(std::vector<domain::Receipt>) override {
      return base::Error{base::ErrorCode::kStoreFailure, "disk full"};
    }
    base::Result<void> keep_seen(std::vector<domain::EdgeSeen> edges) override {
      return inner_.keep_seen(std::move(edges));
    }
    base::Result<void> forget(const std::string& edge, std::vector<std::string> domains) override {
      return inner_.forget(edge, std::move(domains));
    }
    base::Result<std::vector<domain::Receipt>> receipts(const std::string& edge) override {
      return inner_.receipts(edge);
    }

   private:
    Source& inner_;
  };
  Forgetful source(source_);
  LocalWorker worker(definition_, std::make_unique<FakeDriver>(edge_), source, clock_,
                     {[](const auto&, const auto&, ProofDepth) { return Proof{}; },
                      [](const Bundle&, const std::string&) -> base::Result<void> { return {}; }});
  Task first = task(Step::kDeliver, 1);
  first.first_receipt = domain::Receipt{"web", kDomain, first.order.chain, first.order.version, kNow};
  EXPECT_EQ(worker.perform({first}).front().end, End::kFailed);
  EXPECT_EQ(edge_.write_count(), 0);
}

TEST_F(WorkerTest, TellsARefusalFromAnEdgeThatCannotBeWritten) {
  edge_.update([](FakeEdge& edge) { edge.refuses = {2}; });
  EXPECT_EQ(perform(task(Step::kDeliver, 2)).end, End::kRefused);
  edge_.update([](FakeEdge& edge) { edge.is_full = true; });
  EXPECT_EQ(perform(task(Step::kDeliver, 3)).end, End::kUnwritable);
}

TEST_F(WorkerTest, OneRefusalInABatchLeavesTheOthersAlone) {
  source_.make_version(4, "b.example.net");
  edge_.update([](FakeEdge& edge) { edge.refuses = {2}; });
  const auto finished = worker_->perform({task(Step::kDeliver, 2), task(Step::kDeliver, 4, "b.example.net")});
  EXPECT_EQ(finished.at(0).end, End::kRefused);
  EXPECT_EQ(finished.at(1).end, End::kProved);
}

TEST_F(WorkerTest, AVersionThatIsGoneIsNoFailureOfTheEdge) {
  EXPECT_EQ(perform(task(Step::kDeliver, 77)).end, End::kGone);
  EXPECT_EQ(perform(task(Step::kProve, 77)).end, End::kGone);
}

TEST_F(WorkerTest, AskedTwiceAnUnreachableEdgeIsNotAskedAgainInTheSameBatch) {
  edge_.update([](FakeEdge& edge) { edge.is_down = true; });
  const auto finished = worker_->perform({task(Step::kProve, 1), task(Step::kProve, 1), task(Step::kProve, 1)});
  for (const Finished& one : finished) EXPECT_EQ(one.end, End::kUnreachable);
  EXPECT_EQ(proofs_, 1);
  edge_.update([](FakeEdge& edge) { edge.is_down = false; });
  perform(task(Step::kDeliver, 1));
  EXPECT_EQ(proofs_, 2) << "the next batch asks again";
}

TEST_F(WorkerTest, WritesToALostEdgeWithoutAskingIt) {
  Task blind = task(Step::kDeliver, 1);
  blind.is_edge_lost = true;
  const Finished finished = perform(blind);
  EXPECT_EQ(finished.end, End::kUnasked);
  EXPECT_TRUE(finished.written_at.has_value());
  EXPECT_EQ(proofs_, 0);
}

TEST_F(WorkerTest, ACheckFindsWhatWasChangedOnDiskAndInMemory) {
  perform(task(Step::kDeliver, 1));
  EXPECT_EQ(perform(task(Step::kCheck, 1)).end, End::kProved);
  edge_.update([](FakeEdge& edge) { edge.served[kDomain] = 2; });
  EXPECT_EQ(perform(task(Step::kCheck, 1)).end, End::kNotServed) << "restarted with something older";
  edge_.update([](FakeEdge& edge) {
    edge.served[kDomain] = 1;
    edge.written.clear();
  });
  EXPECT_EQ(perform(task(Step::kCheck, 1)).end, End::kNotServed) << "it would not survive a restart";
}

TEST_F(WorkerTest, WithdrawsAndForgets) {
  Task first = task(Step::kDeliver, 1);
  first.first_receipt = domain::Receipt{"web", kDomain, first.order.chain, first.order.version, kNow};
  perform(first);
  EXPECT_EQ(perform(task(Step::kWithdraw, 0)).end, End::kProved);
  EXPECT_TRUE(edge_.serves().empty());
  EXPECT_TRUE(source_.kept().empty());
}

TEST_F(WorkerTest, ForgetsNothingThatCouldNotBeWithdrawn) {
  Task first = task(Step::kDeliver, 1);
  first.first_receipt = domain::Receipt{"web", kDomain, first.order.chain, first.order.version, kNow};
  perform(first);
  edge_.update([](FakeEdge& edge) { edge.is_full = true; });
  EXPECT_EQ(perform(task(Step::kWithdraw, 0)).end, End::kUnwritable);
  EXPECT_THAT(source_.kept(), ::testing::SizeIs(1));
}

TEST_F(WorkerTest, OneThatCannotBeWithdrawnKeepsNoOtherWhereItIs) {
  source_.make_version(4, "b.example.net");
  perform(task(Step::kDeliver, 1));
  perform(task(Step::kDeliver, 4, "b.example.net"));
  edge_.update([](FakeEdge& edge) { edge.stuck = {kDomain}; });
  const auto finished = worker_->perform({task(Step::kWithdraw, 0), task(Step::kWithdraw, 0, "b.example.net")});
  EXPECT_EQ(finished.at(0).end, End::kUnwritable);
  EXPECT_EQ(finished.at(1).end, End::kProved);
  EXPECT_FALSE(edge_.serves().contains("b.example.net"));
}

TEST_F(WorkerTest, NeverPutsAnExpiredVersionBackInPlaceOfAValidOne) {
  source_.make_version(9, kDomain, std::chrono::hours(-1));
  Task back = task(Step::kDeliver, 9);
  back.in_place = base::CertId(9);
  back.replaces = base::CertId(1);
  EXPECT_EQ(perform(back).end, End::kBroken);
  EXPECT_EQ(edge_.write_count(), 0);
}

TEST_F(WorkerTest, BeginsNothingNewOnceItIsToStop) {
  worker_->stop();
  EXPECT_EQ(perform(task(Step::kDeliver, 1)).end, End::kStopped);
  EXPECT_EQ(perform(task(Step::kProve, 1)).end, End::kStopped);
  EXPECT_EQ(edge_.write_count(), 0);
  EXPECT_EQ(proofs_, 0);
}

TEST_F(WorkerTest, WithoutAnAddressTheAcknowledgementIsAllThereIs) {
  definition_.listen.reset();
  worker_ = make_worker(definition_);
  EXPECT_EQ(perform(task(Step::kDeliver, 1)).end, End::kProved);
  EXPECT_EQ(proofs_, 0);
}

TEST_F(WorkerTest, ASourceThatFailsIsTriedAgain) {
  source_.fail(true);
  EXPECT_EQ(perform(task(Step::kDeliver, 1)).end, End::kFailed);
  EXPECT_EQ(perform(task(Step::kProve, 1)).end, End::kFailed);
  EXPECT_EQ(edge_.write_count(), 0);
}

}  // namespace
}  // namespace livecert::edge
