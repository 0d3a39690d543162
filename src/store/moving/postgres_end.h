#pragma once

#include <memory>

#include "base/result.h"
#include "store/moving/end.h"
#include "store/postgres/postgres_store.h"

namespace livecert::store::moving {

// The store in a PostgreSQL database, at either end of a move. Services may use one that is a source meanwhile.
// `is_target`: its tables are made if there are none. kConfiguration: the address, the server or the tables cannot be
// used.
[[nodiscard]] base::Result<std::unique_ptr<End>> open_postgres_end(const postgres::Options& options, bool is_target);

}  // namespace livecert::store::moving
