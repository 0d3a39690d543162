#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

struct PruneCertsInput {
  bool dry_run = false;
  std::chrono::days expired_for{0};
  std::optional<std::string> project = {};
  std::optional<base::Time> as_of = {};  // the time of expiry is judged by this instead of the call's time
};

struct PruneCertsOutput {
  std::vector<domain::ChainSummary> chains;  // newest first
  bool has_more = false;                     // stopped at the limit of one call, or at its deadline
};

inline constexpr std::size_t kMaxPruned = 1000;

// Removes the caller's chains that are superseded, unbound and expired for at least that long. Each removal decides
// again, so that a chain that was bound or renewed meanwhile stays. Errors: kProjectForbidden, kStoreFailure,
// kOutcomeUnknown, kDeadlineExceeded if it passed before the first removal.
[[nodiscard]] base::Result<PruneCertsOutput> prune_certs(Services& services, const Context& context,
                                                         const PruneCertsInput& input);

}  // namespace livecert::service
