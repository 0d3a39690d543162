#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Removes, of every active account, the chains that are superseded, unbound and expired for at least that long, as
// PruneCerts does for one caller; audited as the action "Retention", by nobody's key. `as_of` is the time by which they
// have expired; without one, the clock's. Returns what it removed. `is_stopping` is asked
// between batches. Errors: kStoreFailure, kOutcomeUnknown; what was removed before stays
// removed.
[[nodiscard]] base::Result<std::vector<domain::ChainSummary>> apply_retention(Services& services,
                                                                              std::chrono::days expired_for,
                                                                              const std::function<bool()>& is_stopping,
                                                                              std::optional<base::Time> as_of = {});

}  // namespace livecert::service
