#pragma once

#include <optional>

#include "audit/checkpoint.h"
#include "base/result.h"
#include "store/sql/session.h"

namespace livecert::store::sql {

// Reads the columns id, at, hash, cut_through, public_key, signature.
[[nodiscard]] base::Result<audit::Checkpoint> read_checkpoint(const Query& row);

[[nodiscard]] base::Result<std::optional<audit::Checkpoint>> find_newest_checkpoint(Session& database);

}  // namespace livecert::store::sql
