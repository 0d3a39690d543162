#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/postgres/connection.h"

// The tables of a database, in the first schema of the search path (docs/formats/store.md).
namespace livecert::store::postgres {

// Of the tables that this release makes and reads. It counts by itself; the content is that of format 10 of SQLite's.
inline constexpr std::int64_t kSchemaVersion = 3;

// Makes the tables if there are none. Two nodes may do it at once: one of them makes them. kConfiguration: there are
// tables of another release, or of another program.
[[nodiscard]] base::Result<void> prepare_schema(Connection& database);

// The microseconds since 1970 by the clock of the database, as SQL.
inline constexpr const char* kDatabaseTime = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)";

}  // namespace livecert::store::postgres
