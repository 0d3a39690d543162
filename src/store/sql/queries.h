#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/snapshot.h"
#include "store/sql/session.h"

// Code that several reads share.
namespace livecert::store::sql {

// Reads the columns chain_id, version, account, name, name of the project, created_at, not_before, not_after,
// superseded_by, superseded_at, representative and ends_at (NULL: not_after), which come first in the query and are
// followed by the row of the chain. The domains stay empty.
inline constexpr int kSummaryRow = 12;
[[nodiscard]] base::Result<domain::ChainSummary> read_summary(const Query& query);

[[nodiscard]] base::Result<std::int64_t> last_change(Session& database);

// Why the store was moved, or is being moved, and must not be written (store/move_mark.h); nullopt: it may be.
[[nodiscard]] base::Result<std::optional<std::string>> find_why_moved(Session& database);

}  // namespace livecert::store::sql
