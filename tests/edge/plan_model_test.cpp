#include "edge/plan_model.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livecert::edge {
namespace {

using testing::make_calm_steps;
using testing::make_steps;
using testing::Manner;
using testing::ModelOptions;
using testing::ModelResult;
using testing::ModelStep;
using testing::ModelWrite;
using testing::run_model;

constexpr std::size_t kSteps = 40;
constexpr std::chrono::milliseconds kTwiceSettle(4000);

// Each of the twenty parts runs this many: 2,000 in all, and 100,000 with `./dev test --long`.
constexpr std::uint64_t kParts = 20;
std::uint64_t sequences_of_a_part() {
  return std::getenv("LIVECERT_LONG") == nullptr ? 100 : 5000;
}

// LIVECERT_SEED=N begins with another seed.
std::uint64_t first_seed() {
  const char* const text = std::getenv("LIVECERT_SEED");
  return text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
}

// The writes at the edges, without the special one. Writes at one moment have no order.
std::vector<ModelWrite> writes_elsewhere(const ModelResult& result, std::size_t special) {
  std::vector<ModelWrite> writes = result.writes;
  std::erase_if(writes, [&](const ModelWrite& write) { return write.edge == special; });
  std::ranges::sort(writes, {}, [](const ModelWrite& write) {
    return std::tuple(write.at, write.edge, write.domain, write.version);
  });
  return writes;
}

ModelResult run_beside(std::uint64_t seed, const std::vector<ModelStep>& steps, Manner manner,
                       Mutation mutation = Mutation::kNone) {
  ModelOptions options;
  options.mutation = mutation;
  options.special_edge = seed % 3;
  options.manner = manner;
  return run_model(seed, steps, options);
}

bool writes_the_same(std::uint64_t seed, Manner manner, Mutation mutation = Mutation::kNone) {
  const std::vector<ModelStep> steps = make_steps(seed, kSteps);
  const ModelResult without = run_beside(seed, steps, Manner::kAbsent, mutation);
  const ModelResult with = run_beside(seed, steps, manner, mutation);
  return writes_elsewhere(without, seed % 3) == writes_elsewhere(with, seed % 3);
}

// How much later a stuck edge makes a write at another edge; nullopt: the writes are others.
std::optional<std::chrono::microseconds> delay_by_stuck(std::uint64_t seed, Mutation mutation = Mutation::kNone) {
  const std::vector<ModelStep> steps = make_calm_steps(seed, kSteps);
  const auto sorted = [&](Manner manner) {
    auto writes = writes_elsewhere(run_beside(seed, steps, manner, mutation), seed % 3);
    std::ranges::sort(writes, {}, [](const ModelWrite& write) {
      return std::tuple(write.edge, write.domain, write.version, write.at);
    });
    return writes;
  };
  const auto without = sorted(Manner::kAbsent);
  const auto with = sorted(Manner::kStuck);
  if (without.size() != with.size()) return std::nullopt;
  std::chrono::microseconds most(0);
  for (std::size_t i = 0; i < with.size(); ++i) {
    ModelWrite moved = with[i];
    moved.at = without[i].at;
    if (moved != without[i]) return std::nullopt;
    most = std::max(most, with[i].at - without[i].at);
  }
  return most;
}

class PlanModelPart : public ::testing::TestWithParam<std::uint64_t> {};

// plan_model.cpp has the invariants, each with its name.
TEST_P(PlanModelPart, NoSequenceBreaksAnInvariant) {
  std::size_t verdicts = 0;
  const std::uint64_t first = first_seed() + GetParam() * sequences_of_a_part();
  for (std::uint64_t seed = first; seed < first + sequences_of_a_part(); ++seed) {
    const std::vector<ModelStep> steps = make_steps(seed, kSteps);
    const ModelResult result = run_model(seed, steps, {});
    verdicts += result.verdicts;
    if (!result.violations.empty()) FAIL() << "seed " << seed << "\n" << testing::shrink(seed, steps, {});
  }
  EXPECT_GT(verdicts, sequences_of_a_part()) << "the sequences reach what they are to test";
}

INSTANTIATE_TEST_SUITE_P(Plan, PlanModelPart, ::testing::Range<std::uint64_t>(0, kParts));

TEST(PlanModel, ARestartAfterEveryStepBreaksNone) {
  ModelOptions options;
  options.restarts_after_every_step = true;
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + 3 * sequences_of_a_part(); ++seed) {
    const std::vector<ModelStep> steps = make_steps(seed, kSteps);
    const ModelResult result = run_model(seed, steps, options);
    if (!result.violations.empty()) FAIL() << "seed " << seed << "\n" << testing::shrink(seed, steps, options);
  }
}

TEST(PlanModel, AnEdgeThatNeverKnowsTheDomainChangesNothingElsewhere) {
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + 3 * sequences_of_a_part(); ++seed) {
    ASSERT_TRUE(writes_the_same(seed, Manner::kIgnorant)) << "seed " << seed;
  }
}

TEST(PlanModel, AnEdgeThatNeverAnswersChangesNothingElsewhere) {
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + 3 * sequences_of_a_part(); ++seed) {
    ASSERT_TRUE(writes_the_same(seed, Manner::kSilent)) << "seed " << seed;
  }
}

TEST(PlanModel, AnEdgeThatIsStuckDelaysOthersByTwiceItsSettleTimeAtMost) {
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + 3 * sequences_of_a_part(); ++seed) {
    const auto delay = delay_by_stuck(seed);
    ASSERT_TRUE(delay) << "seed " << seed;
    ASSERT_LE(*delay, kTwiceSettle) << "seed " << seed;
  }
}

class PlantedFault : public ::testing::TestWithParam<Mutation> {};

TEST_P(PlantedFault, IsFound) {
  ModelOptions options;
  options.mutation = GetParam();
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    if (!run_model(seed, make_steps(seed, kSteps), options).violations.empty()) return;
    if (seed > 200) continue;
    if (!writes_the_same(seed, Manner::kIgnorant, GetParam())) return;
    if (delay_by_stuck(seed, GetParam()).value_or(kTwiceSettle * 2) > kTwiceSettle) return;
  }
  FAIL() << "2000 sequences did not find it";
}

INSTANTIATE_TEST_SUITE_P(Plan, PlantedFault,
                         ::testing::Values(Mutation::kPutBackEverywhere, Mutation::kDriftDelivers, Mutation::kAnyCanary,
                                           Mutation::kFormerMayHaveEnded, Mutation::kVerdictWithoutLook,
                                           Mutation::kLossIsForgotten, Mutation::kNoTrialWithinEdge,
                                           Mutation::kHoldsForOne, Mutation::kTrustsLostMemory,
                                           Mutation::kUntilIsForgotten, Mutation::kDoubtIsForgotten,
                                           Mutation::kSeenForAll, Mutation::kStartPutsBack));

}  // namespace
}  // namespace livecert::edge
