#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"

namespace livecert::domain {

// The phase of one domain at one edge. docs/edges.md has the table of phases and events.
enum class DeliveryPhase : std::uint8_t {
  kAlone,        // no ordered version was shown here yet, or the ordered version is no longer shown
  kWaiting,      // the former version is shown; the ordered one was not given yet
  kDelivering,   // the ordered version replaced the former one
  kGood,         // the ordered version is shown
  kPuttingBack,  // the ordered version failed; the former one was placed again
  kHeld,         // the ordered version failed here, and the former one is shown
  kBad,          // neither is shown: the edge itself is bad
  kWithdrawing,  // nothing is ordered any longer
};

// How a version was seen at an edge.
enum class Evidence : std::uint8_t {
  kNone,
  kHandshake,
  kAcknowledged,  // by an edge that cannot be proved
  kUnchanged,     // since a handshake nobody touched its files, and the same processes listen
};

// The words of the API and of the store. nullopt: there is no such word.
[[nodiscard]] std::string_view to_text(DeliveryPhase phase);
[[nodiscard]] std::optional<DeliveryPhase> parse_delivery_phase(std::string_view text);
[[nodiscard]] std::string_view to_text(Evidence evidence);
[[nodiscard]] std::optional<Evidence> parse_evidence(std::string_view text);

// The progress of one version to one domain at one edge, and whether it is shown there. Times that were not reached are
// nullopt.
struct Receipt {
  std::string edge;
  std::string domain;
  base::ChainId chain;
  base::CertId version;
  base::Time wanted_at;
  std::optional<base::Time> written_at = {};
  std::optional<base::Time> acknowledged_at = {};  // by the edge, if it answers; otherwise when it could read it
  std::optional<base::Time> proved_at = {};        // the first time since wanted_at; not a claim about now
  std::int64_t attempts = 0;                       // failed ones
  std::string failure = {};                        // of the last attempt; empty when it did not fail

  DeliveryPhase phase = DeliveryPhase::kAlone;  // of the domain at the edge, in the row of the ordered version
  // The version is shown now if shown_since is set and shown_until is not.
  std::optional<base::Time> shown_since = {};
  std::optional<base::Time> last_seen = {};
  std::optional<base::Time> shown_until = {};  // when something else was seen or placed, or the edge was lost
  Evidence seen_by = Evidence::kNone;
  std::optional<base::Time> failing_since = {};
  std::optional<base::Time> next_try = {};
  bool is_final = false;        // it failed, and is not tried again before another order
  base::Time valid_until = {};  // the version's end; base::Time{} when it is not known
  std::string epoch = {};       // identifies the edge as the same server (edge::epoch_of)

  [[nodiscard]] bool is_shown() const { return shown_since.has_value() && !shown_until; }
  bool operator==(const Receipt&) const = default;
};

// Until when all versions that an edge shows were seen, whatever their receipts say. One for each edge, because most of
// its receipts do not change for months, and a row written for each look would cost more than the look.
struct EdgeSeen {
  std::string edge;
  std::string epoch;  // for receipts of the same one
  base::Time at;
  Evidence by = Evidence::kNone;  // the weakest one of all

  bool operator==(const EdgeSeen&) const = default;
};

// Tells a receipt what is known of all receipts of its edge; does nothing if it is of another edge or epoch, or knows
// better.
void note_seen(Receipt& receipt, const EdgeSeen& seen);

}  // namespace livecert::domain
