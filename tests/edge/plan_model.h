#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "edge/delivery/plan.h"

// A model of edges, and random sequences of events, against which a plan is checked. Virtual time, no threads, no
// sleeping: the same seed is the same run.
namespace livecert::edge::testing {

// One event. The meaning of `value` depends on the action.
struct ModelStep {
  enum class Action : std::uint8_t {
    kOrder,        // a new version that works
    kOrderOlder,   // a version that was ordered before
    kOrderBad,     // a new version that the edges of `value` (bits) refuse or cannot show
    kOrderEnded,   // a new version that has ended
    kOrderEnding,  // a new version that ends in an hour
    kUnbind,
    kDown,
    kUp,
    kUnwritable,
    kWritable,
    kForget,  // the server has no place for the domain
    kKnow,
    kStick,  // the server goes on showing what it shows
    kLoosen,
    kForeignFile,
    kForeignMemory,
    kWipe,
    kWrongTls,
    kRightTls,
    kChangeEpoch,  // another server under the same name
    kRemove,       // the edge is deleted, with its receipts
    kAdd,
    kRestart,    // of livecert
    kLoseRows,   // a restart after which receipts are lost
    kInterrupt,  // a restart in the middle of the next tasks
    kWait,
  };
  Action action = Action::kWait;
  std::size_t edge = 0;
  std::size_t domain = 0;
  std::uint64_t value = 0;
};

// An edge that always behaves in one way, for the differential runs.
enum class Manner : std::uint8_t { kAsStepsSay, kAbsent, kIgnorant, kSilent, kStuck };

struct ModelWrite {
  base::Time at;
  std::size_t edge = 0;
  std::size_t domain = 0;
  std::int64_t version = 0;

  bool operator==(const ModelWrite&) const = default;
};

struct ModelResult {
  std::vector<std::string> violations;
  std::vector<ModelWrite> writes;
  std::size_t verdicts = 0;
  std::size_t tasks = 0;
};

struct ModelOptions {
  Mutation mutation = Mutation::kNone;
  std::size_t special_edge = 0;  // that has the manner
  Manner manner = Manner::kAsStepsSay;
  bool restarts_after_every_step = false;
  bool heals = true;  // at the end everything is healed, and every domain must come to be good
};

[[nodiscard]] std::vector<ModelStep> make_steps(std::uint64_t seed, std::size_t count);
// Only orders and time, for the run with a stuck edge.
[[nodiscard]] std::vector<ModelStep> make_calm_steps(std::uint64_t seed, std::size_t count);
[[nodiscard]] ModelResult run_model(std::uint64_t seed, const std::vector<ModelStep>& steps,
                                    const ModelOptions& options);
// Leaves out the steps that a violation does not need; in words, one step on a line.
[[nodiscard]] std::string shrink(std::uint64_t seed, std::vector<ModelStep> steps, const ModelOptions& options);

}  // namespace livecert::edge::testing
