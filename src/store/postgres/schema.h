#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "store/postgres/connection.h"

// The tables of a database, in the first schema of the search path (docs/formats/store.md), and the steps from each
// format of them to the next.
namespace livecert::store::postgres {

// The format whose tables a new database gets first; there is no way from older ones.
inline constexpr std::int64_t kFirstFormat = 3;

// Leads from one format to the next, in one transaction. How to add one: upgrades.cpp.
struct Step {
  std::span<const char* const> statements;
  // The oldest format whose releases may go on with the tables after the step. A process of an older release stops.
  std::int64_t oldest_reader = kFirstFormat;
  // What other engines with PostgreSQL's protocol may refuse: done after the step, and nothing depends on it.
  std::span<const char* const> of_postgres_alone = {};
};
// Element i leads from kFirstFormat + i to the next format. Released steps never change.
using Steps = std::span<const Step>;
[[nodiscard]] Steps released_steps();
// The format of the tables that this release makes and reads.
[[nodiscard]] std::int64_t newest_format();

// Makes the tables of kFirstFormat if there are none. Two nodes may do it at once: one of them makes them. `may_make`:
// whether it may, or refuses a database without tables. kConfiguration: there are tables of a release whose tables this
// one cannot use, or of another program.
[[nodiscard]] base::Result<void> prepare_schema(Connection& database, bool may_make);
// The format of the tables, if this release can use them or upgrade them; nullopt: there are none. Changes nothing.
// kConfiguration as above.
[[nodiscard]] base::Result<std::optional<std::int64_t>> check_schema(Connection& database);

// Brings the tables to the last step's format. Nodes that do it together take each step once: the others wait, at most
// `patience`, for the row of livecert_schema. Steps that were done before a failing one stay. Each step holds the row
// `head`, so that no command runs meanwhile. `database` must allow for the time that a step takes. `report` gets a line
// for each step. Error: kConflict when the patience is over.
[[nodiscard]] base::Result<void> upgrade_schema(Connection& database, Steps steps, std::chrono::seconds patience,
                                                const std::function<void(const std::string&)>& report);

// kConfiguration with a sentence when a newer release upgraded the tables, and this one must not use them any more.
[[nodiscard]] base::Result<void> check_readable(std::int64_t oldest_reader);

// The microseconds since 1970 by the clock of the database, as SQL.
inline constexpr const char* kDatabaseTime = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)";

}  // namespace livecert::store::postgres
