#include <array>
#include <iterator>
#include <string>
#include <thread>

#include "store/postgres/head.h"
#include "store/postgres/schema.h"

namespace livecert::store::postgres {
namespace {

// How to add a step: append its statements as kFormatN, and a row to kReleased. Name there the oldest format whose
// releases may go on with the tables. A table, an index, or a column with a default that an older release may leave as
// it is does not raise it. Where an older release would do harm, for example because it does not know a new rule about
// permissions, name N: its processes stop then, and write nothing more. Then dump the tables before the step into
// tests/store/data (PostgresUpgrade in tests/store/postgres has the command), and describe the format in
// docs/formats/store.md. A statement that PostgreSQL alone knows is not part of the step: name it in of_postgres_alone.

// Leases of work that one node does for all, and of edges; the format that each node's release reads.
constexpr const char* kFormat4[] = {
    R"(CREATE TABLE leases (name TEXT COLLATE "C" PRIMARY KEY, machine TEXT COLLATE "C" NOT NULL,
      holder TEXT COLLATE "C" NOT NULL, node BIGINT NOT NULL, epoch BIGINT NOT NULL, until BIGINT NOT NULL))",
    "ALTER TABLE nodes ADD COLUMN format BIGINT NOT NULL DEFAULT 3",
};

// The last turns of each account and action, over all nodes. Their loss costs nothing.
constexpr const char* kFormat5[] = {
    R"(CREATE TABLE turns (account BIGINT NOT NULL, action TEXT COLLATE "C" NOT NULL, last BIGINT NOT NULL,
      times BYTEA NOT NULL, PRIMARY KEY (account, action)))",
};
constexpr const char* kFormat5OfPostgres[] = {"ALTER TABLE turns SET UNLOGGED"};

constexpr Step kReleased[] = {
    {kFormat4, 3, {}},
    {kFormat5, 3, kFormat5OfPostgres},
};

// Another node has the row for as long as its step takes.
constexpr std::chrono::milliseconds kBetweenAttempts(100);

enum class Done : std::uint8_t { kNow, kBefore };

base::Result<Done> take(Connection& database, const Step& step, std::int64_t format) {
  TRY(database.ensure_open());
  TRY(database.post_text("BEGIN ISOLATION LEVEL READ COMMITTED"));
  TRY(database.post_text("SET LOCAL statement_timeout = 0"));
  TRY_ASSIGN(const std::int64_t found, database.read_integer("SELECT version FROM livecert_schema FOR UPDATE"));
  if (found >= format) {
    TRY(database.execute("ROLLBACK"));
    return Done::kBefore;
  }
  TRY(read_head(database, Lock::kHeld));
  for (const char* statement : step.statements) TRY(database.execute(statement));
  TRY(database.run("UPDATE livecert_schema SET version = ?, oldest_reader = ?", format, step.oldest_reader));
  // A process that must not use the tables any more cannot write with a number that is not its own.
  TRY(database.run("UPDATE nodes SET epoch = epoch + 1 WHERE format < ?", step.oldest_reader));
  TRY(database.execute("COMMIT"));
  for (const char* statement : step.of_postgres_alone) static_cast<void>(database.execute(statement));
  return Done::kNow;
}

base::Result<Done> take_in_time(Connection& database, const Step& step, std::int64_t format,
                                std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    auto taken = take(database, step, format);
    if (taken) return taken;
    if (database.is_open() && !database.execute("ROLLBACK")) database.close();
    const bool is_busy = taken.error().code == base::ErrorCode::kConflict;
    if (!is_busy || std::chrono::steady_clock::now() > deadline) return taken;
    std::this_thread::sleep_for(kBetweenAttempts);
  }
}

}  // namespace

Steps released_steps() {
  return kReleased;
}

std::int64_t newest_format() {
  return kFirstFormat + static_cast<std::int64_t>(std::size(kReleased));
}

base::Result<void> upgrade_schema(Connection& database, Steps steps, std::chrono::seconds patience,
                                  const std::function<void(const std::string&)>& report) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::int64_t format = kFirstFormat;
  for (const Step& step : steps) {
    ++format;
    TRY_ASSIGN(const Done done, take_in_time(database, step, format, deadline));
    if (done == Done::kNow && report) {
      report("the tables of the database were upgraded to format " + std::to_string(format));
    }
  }
  return {};
}

base::Result<void> check_readable(std::int64_t oldest_reader) {
  if (oldest_reader <= newest_format()) return {};
  const std::string sentence =
      "a newer release upgraded the tables of the database, and this release, which reads up to format " +
      std::to_string(newest_format()) + ", must not use them any more: start the newer release here";
  return base::Error{base::ErrorCode::kConfiguration, sentence, sentence};
}

}  // namespace livecert::store::postgres
