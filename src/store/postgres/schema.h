#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/postgres/connection.h"

// The tables of a database, in the first schema of the search path (docs/formats/store.md).
namespace livecert::store::postgres {

// Of the tables that this release makes and reads. It counts by itself; the content is that of format 13 of SQLite's.
inline constexpr std::int64_t kSchemaVersion = 4;

// Makes the tables if there are none. Two nodes may do it at once: one of them makes them. `may_make`: whether it may,
// or refuses a database without tables. kConfiguration: there are tables of another release, or of another program.
[[nodiscard]] base::Result<void> prepare_schema(Connection& database, bool may_make);
// Whether there are tables that this release can use; changes nothing. kConfiguration as above.
[[nodiscard]] base::Result<bool> check_schema(Connection& database);

// The microseconds since 1970 by the clock of the database, as SQL.
inline constexpr const char* kDatabaseTime = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)";

}  // namespace livecert::store::postgres
