#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/receipt.h"
#include "edge/delivery/status.h"
#include "service/context.h"

namespace livecert::service {

enum class DeliveryState : std::uint8_t {
  kNowhere,       // of a chain: no edge takes any domain that uses it
  kWaiting,       // on its way
  kFailing,       // the last attempt failed; it is tried again
  kPast,          // it was shown, and is no longer shown
  kAcknowledged,  // the edge has it, and has no address where a handshake could prove that
  kProved,        // the last handshake showed it
};

// One version on its way to one domain at one edge.
struct Delivery {
  DeliveryState state = DeliveryState::kWaiting;
  bool is_expected = false;           // the domain uses this version now, and the edge takes it
  bool has_ended = false;             // it is shown, and clients refuse it: it has ended
  domain::Receipt receipt;            // without times when nothing happened yet
  std::optional<base::CertId> shows;  // the version that the edge shows now, as far as is known
};

// The delivery to an edge that takes the domain, as if nothing had happened yet.
[[nodiscard]] Delivery expected_delivery(const edge::Definition& edge, const std::string& domain);

// Takes from the receipt what the edge shows now, and the receipt itself if it is of this version.
void note_live(Delivery& delivery, const domain::Receipt& receipt, base::CertId version);

// Decides the state of a delivery whose receipt is known: from the receipt, and from faults of the whole edge that make
// it doubtful at this time.
void judge(Delivery& delivery, const std::vector<edge::EdgeStatus>& edges, base::Time now);

}  // namespace livecert::service
