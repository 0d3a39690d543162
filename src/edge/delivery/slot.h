#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "domain/receipt.h"
#include "edge/delivery/due_queue.h"
#include "edge/delivery/rare.h"
#include "edge/delivery/rules.h"
#include "edge/delivery/task.h"

namespace livecert::edge {

// One domain at one edge: its phase (edge/delivery/rules.h), and what the next task is.
struct Slot {
  Phase phase = Phase::kAlone;
  Step step = Step::kCheck;  // the next task
  base::AccountId account;   // the owner of the domain
  // Receipts of the edge's own epoch, which they do not repeat:
  domain::Receipt receipt;       // of the ordered version
  Rare<domain::Receipt> former;  // of the last other version that was seen here
  // The receipt of a version whose order was overtaken while the edge had time to show it: it may be the former one by
  // now.
  Rare<domain::Receipt> overtaken;

  // The edge has time to show what was placed last, and all looks are about that.
  bool is_settling = false;
  std::optional<base::SteadyTime> settle_until;  // not set while the edge is lost: its clock stands still then
  std::chrono::milliseconds look_pause{0};

  base::CertId ended;  // the shown version that the log has reported as ended

  bool is_turn_of_former = false;  // kBad: which one is placed next
  bool has_refused = false;        // the ordered version failed here, and another one did not
  int losses = -1;                 // of the edge, when the ordered version was placed; -1: it was lost, or not placed
  int tries = 0;                   // that failed, one after the other
  int chances = 0;                 // that the ordered version had after it failed here
  int hangs = 0;                   // times in a row that this domain alone got no answer
  base::SteadyTime gone_at;        // when the ordered version was allowed to replace the former one
  base::SteadyTime not_before;     // the ordered version does not go before
  base::SteadyTime check_at;       // the next routine check

  bool is_in_doubt = false;  // its files were touched, or the server has changed, since the last look
  bool must_look = false;    // nobody has looked since the start
  // The phase in the ordered version's receipt, if one was stored before the version was written.
  std::optional<Phase> traced;
  bool is_row_kept = false;     // the store has a receipt of this edge and domain
  bool is_dirty = false;        // a receipt has changed that was not given out yet
  bool is_taken = false;        // handed out
  bool is_shown_whole = false;  // the ordered version is shown, and the TLS versions were checked too
  bool is_urgent = false;       // goes before routine checks
  bool is_routine = false;      // it is due for no change, or will be when it is no longer taken
  Turn turn = Turn::kChange;    // the queue it is in
  std::uint64_t generation = 0;
  base::SteadyTime due;
};

}  // namespace livecert::edge
