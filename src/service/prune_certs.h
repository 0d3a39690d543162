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
  std::optional<base::Time> as_of = {};  // judges what has expired by this time instead of the call's
};

struct PruneCertsOutput {
  std::vector<domain::ChainSummary> chains;  // newest first
  bool has_more = false;                     // stopped at the most that one call does, or at its deadline
};

inline constexpr std::size_t kMaxPruned = 1000;

// Removes the caller's chains that are superseded, unbound and expired for at least that long; each decided again as it
// is removed, so that one that is bound or renewed meanwhile stays. Errors: kProjectForbidden, kStoreFailure,
// kOutcomeUnknown, kDeadlineExceeded when it came before the first.
[[nodiscard]] base::Result<PruneCertsOutput> prune_certs(Services& services, const Context& context,
                                                         const PruneCertsInput& input);

}  // namespace livecert::service
