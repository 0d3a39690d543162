#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/delivery.h"

namespace livecert::service {

struct DescribeDeliveryOutput {
  base::ChainId chain;
  base::CertId version;
  bool is_current = false;
  DeliveryState state = DeliveryState::kNowhere;  // of those expected: kFailing if one fails, else the least
  std::vector<Delivery> deliveries;               // by domain, then edge
};

// Tells where the chain's current version, or the named one, is served. Errors: those of find_own_chain(); kNotFound
// for a version of another chain.
[[nodiscard]] base::Result<DescribeDeliveryOutput> describe_delivery(Services& services, const Context& context,
                                                                     const std::string& chain_id,
                                                                     const std::optional<std::string>& cert_id);

}  // namespace livecert::service
