#pragma once

#include <cstdint>

#include "domain/receipt.h"

// The rule of delivery as one table. docs/edges.md has the same table in words.
//
// An edge says something about a version only for itself, and only if it showed another version of this domain before.
// So the question is asked there: the former version is put back at that one edge. If it is shown again, the new
// version is bad there. If it is not, the edge is bad, and nothing is known about the version.
namespace livecert::edge {

using Phase = domain::DeliveryPhase;

// What can happen to one domain at one edge. "Ordered" is the version of the order; "former" is the last other version
// of livecert's own that was seen at this edge.
enum class Happening : std::uint8_t {
  kOrdered,        // another version is ordered
  kMayGo,          // the rules between edges, or the former version's end, allow the ordered version
  kShowsOrdered,   // a handshake shows the ordered version
  kShowsFormer,    // a handshake shows the former version, which is what was placed last
  kShowsOther,     // a look that nothing was placed for shows neither
  kFailed,         // the edge refuses what was placed last, or did not show it in time; the former one is valid
  kFailedFinally,  // the same, and there is no former version that is valid
  kUnfit,          // this kind of edge cannot serve the ordered version
  kRetryDue,       // the pause after a failure is over
};

enum class Act : std::uint8_t {
  kNothing,
  kLook,  // see what is shown
  kPlaceOrdered,
  kPlaceFormer,
  kPlaceByTurns,  // the former and the ordered version by turns, after a pause that grows
  kRetryLater,    // after a pause that grows
  kGiveUp,        // until another order
};

struct Move {
  Phase next = Phase::kAlone;
  Act act = Act::kNothing;

  bool operator==(const Move&) const = default;
};

// Total: a happening that a phase cannot meet changes nothing.
[[nodiscard]] Move move_of(Phase phase, Happening happening);

// Whether the phase's edge is a witness: it showed a version of the domain, so that it can speak about another one.
[[nodiscard]] bool is_witness(Phase phase);
// Whether the edge should show the former version.
[[nodiscard]] bool shows_former(Phase phase);

}  // namespace livecert::edge
