#pragma once

#include "base/result.h"
#include "store/postgres/connection.h"
#include "store/postgres/memory.h"

namespace livecert::store::postgres {

// Whether a read of the row also locks it until the end of the transaction.
enum class Lock : std::uint8_t { kNone, kHeld };

[[nodiscard]] base::Result<Head> read_head(Connection& database, Lock lock);

}  // namespace livecert::store::postgres
