#include "store/moving/postgres_end.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "store/moving/tables.h"
#include "store/postgres/connection.h"
#include "store/postgres/head.h"
#include "store/postgres/schema.h"
#include "store/postgres/server_checks.h"

namespace livecert::store::moving {
namespace {

// One statement may check a million rows.
constexpr std::chrono::minutes kTimeLimit(10);

base::Error unusable(const std::string& sentence) {
  return {base::ErrorCode::kConfiguration, "The store " + sentence};
}

class PostgresEnd final : public End {
 public:
  explicit PostgresEnd(const postgres::Options& options)
      : End(postgres::describe(options.address.uri)),
        database_(options.address, kTimeLimit,
                  [demands = options.demands](postgres::Connection& database) -> base::Result<void> {
                    TRY(postgres::check_durability(database, demands));
                    TRY(database.execute("SET lock_timeout = '10s'"));
                    TRY(database.execute("SET statement_timeout = '590s'"));
                    return {};
                  }) {}

  [[nodiscard]] base::Result<void> open(bool is_target) {
    TRY(database_.ensure_open());
    if (is_target) {
      TRY(postgres::prepare_schema(database_, true));
      TRY(postgres::upgrade_schema(database_, postgres::released_steps(), kTimeLimit, {}));
    }
    TRY_ASSIGN(const auto format, postgres::check_schema(database_));
    if (!format) return unusable(name() + " has no tables of livecert.");
    if (*format == postgres::newest_format()) return {};
    return unusable(name() + " has tables of format " + std::to_string(*format) + ", and this release moves format " +
                    std::to_string(postgres::newest_format()) +
                    ": start a service of this release on it once, or use a newer release.");
  }

  [[nodiscard]] sql::Session& session() override { return database_; }
  [[nodiscard]] std::string_view empty_blob() const override { return "CAST('' AS BYTEA)"; }

  // The log may have been longer than what it still holds.
  [[nodiscard]] base::Result<std::int64_t> last_position() override {
    TRY_ASSIGN(const std::int64_t in_rows, End::last_position());
    TRY_ASSIGN(const postgres::Head head, postgres::read_head(database_, postgres::Lock::kNone));
    return std::max(in_rows, head.position);
  }

  // An interrupted move has no foreign keys, and the next one makes them.
  [[nodiscard]] base::Result<void> begin_arrival() override {
    for (const ForeignKey& key : foreign_keys_of_postgres()) TRY(drop(key));
    return {};
  }

  void learn() override { static_cast<void>(database_.execute("ANALYZE")); }

  [[nodiscard]] base::Result<void> end_arrival(std::int64_t position) override {
    for (const ForeignKey& key : foreign_keys_of_postgres()) {
      TRY(drop(key));
      TRY(database_.execute("ALTER TABLE " + std::string(key.table) + " ADD CONSTRAINT " + std::string(key.name) + " " +
                            std::string(key.definition)));
    }
    for (const std::string_view table : counting_tables_of_postgres()) {
      TRY_ASSIGN(const std::int64_t largest,
                 database_.read_integer("SELECT coalesce(max(id), 0) FROM " + std::string(table)));
      TRY(database_.execute("ALTER TABLE " + std::string(table) + " ALTER COLUMN id RESTART WITH " +
                            std::to_string(largest + 1)));
    }
    TRY(
        database_.change("UPDATE head SET position = greatest(position, ?), access = access + 1, issuers = issuers + 1"
                         " WHERE id = 1",
                         position));
    return {};
  }

 private:
  [[nodiscard]] base::Result<void> begin_alone() override {
    TRY(database_.run("BEGIN"));
    TRY(postgres::read_head(database_, postgres::Lock::kHeld));
    return {};
  }
  [[nodiscard]] base::Result<void> commit_safely() override {
    bool warned = false;
    TRY_ASSIGN(const std::string done, database_.execute("COMMIT", &warned));
    if (done == "COMMIT" && !warned) return {};
    return base::Error{
        base::ErrorCode::kStoreFailure, "the store failed",
        warned ? "the wait for the synchronous standby was cancelled" : "COMMIT was answered by " + done};
  }
  // Their next transactions find that their numbers are no longer theirs, and look for the mark.
  [[nodiscard]] base::Result<void> shut_out() override {
    TRY(database_.change("UPDATE nodes SET epoch = epoch + 1"));
    return {};
  }
  [[nodiscard]] base::Result<void> drop(const ForeignKey& key) {
    TRY(database_.execute("ALTER TABLE " + std::string(key.table) + " DROP CONSTRAINT IF EXISTS " +
                          std::string(key.name)));
    return {};
  }

  postgres::Connection database_;
};

}  // namespace

base::Result<std::unique_ptr<End>> open_postgres_end(const postgres::Options& options, bool is_target) {
  TRY(postgres::check_address(options.address.uri));
  auto end = std::make_unique<PostgresEnd>(options);
  if (auto opened = end->open(is_target); !opened) {
    if (opened.error().code == base::ErrorCode::kConfiguration) return opened.error();
    return base::Error{base::ErrorCode::kConfiguration,
                       "The store " + end->name() + " cannot be opened: " + opened.error().detail,
                       opened.error().detail};
  }
  return std::unique_ptr<End>(std::move(end));
}

}  // namespace livecert::store::moving
