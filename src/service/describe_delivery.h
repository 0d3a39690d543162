#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/receipt.h"
#include "service/context.h"

namespace livecert::service {

enum class DeliveryState : std::uint8_t {
  kNowhere,       // of a chain: no edge takes any domain that uses it
  kWaiting,       // on its way
  kFailing,       // the last attempt failed; it is tried again
  kPast,          // it was shown, and is not any more
  kAcknowledged,  // the edge has it; it has no address where that could be proved
  kProved,        // the last handshake showed it
};

// One version on its way to one domain at one edge.
struct Delivery {
  DeliveryState state = DeliveryState::kWaiting;
  bool is_expected = false;           // the domain uses this version now, and the edge takes it
  bool has_ended = false;             // it is shown, and clients refuse it: it has ended
  domain::Receipt receipt;            // without times when nothing happened yet
  std::optional<base::CertId> shows;  // the version that the edge shows now, as far as anybody knows
};

struct DescribeDeliveryOutput {
  base::ChainId chain;
  base::CertId version;
  bool is_current = false;
  DeliveryState state = DeliveryState::kNowhere;  // of all that are expected: the least of them
  std::vector<Delivery> deliveries;               // by domain, then edge
};

// Where the chain's current version, or the one named, is served. Errors: those of find_own_chain(); kNotFound for a
// version of another chain.
[[nodiscard]] base::Result<DescribeDeliveryOutput> describe_delivery(Services& services, const Context& context,
                                                                     const std::string& chain_id,
                                                                     const std::optional<std::string>& cert_id);

}  // namespace livecert::service
