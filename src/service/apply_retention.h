#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Removes, from every active account, the chains that are superseded, unbound and expired for at least that long, as
// PruneCerts does for one caller. The audit names the action "Retention" and no key. `as_of` is the time by which they
// have expired; without it, the clock's. Returns the removed chains. Calls `is_stopping` between batches. Errors:
// kStoreFailure, kOutcomeUnknown; earlier removals stay.
[[nodiscard]] base::Result<std::vector<domain::ChainSummary>> apply_retention(Services& services,
                                                                              std::chrono::days expired_for,
                                                                              const std::function<bool()>& is_stopping,
                                                                              std::optional<base::Time> as_of = {});

}  // namespace livecert::service
