#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Removes the records of the audit up to the last checkpoint that was signed before `before`, in steps; returns the
// position of the last record that it removed, or 0. It first checks that they follow from each other and fit their
// checkpoints, so that no trace of a change is removed with them, and signs a checkpoint that says how far it cuts.
// Calls `is_stopping` between steps; the next call continues. Errors: kStoreFailure, with a sentence for the operator,
// when the records do not fit; those of store and vault.
[[nodiscard]] base::Result<std::int64_t> cut_audit(Services& services, base::Time before,
                                                   const std::function<bool()>& is_stopping);

}  // namespace livecert::service
