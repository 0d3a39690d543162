#include "store/moving/sqlite_end.h"

#include <optional>
#include <utility>

#include "store/sqlite/data_directory.h"
#include "store/sqlite/database.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"

namespace livecert::store::moving {
namespace {

using sqlite::DataDirectory;

constexpr int kPatienceMilliseconds = 10'000;

base::Error refusal(const std::filesystem::path& directory, const std::string& reason) {
  return {base::ErrorCode::kConfiguration, "The store in " + directory.string() + " " + reason};
}

base::Result<std::unique_ptr<sqlite::Connection>> connect(const std::filesystem::path& directory) {
  const auto newest = static_cast<std::int64_t>(sqlite::released_migrations().size());
  const std::filesystem::path file = DataDirectory::database_file(directory);
  TRY(sqlite::inspect_file(file, newest));
  TRY_ASSIGN(auto database, sqlite::Connection::open(file, sqlite::Connection::Mode::kReadWrite, {}));
  // The service checkpoints, and its log must stay where it is when this connection is the last one.
  int on = 1;
  sqlite3_file_control(database->handle(), "main", SQLITE_FCNTL_PERSIST_WAL, &on);
  sqlite3_db_config(database->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_busy_timeout(database->handle(), kPatienceMilliseconds);
  TRY(database->execute("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON"));
  TRY_ASSIGN(const std::int64_t format, database->read_integer("PRAGMA user_version"));
  if (format == newest) return database;
  return refusal(directory, "has format " + std::to_string(format) + ", and this release moves format " +
                                std::to_string(newest) + ": start the service of this release on it once.");
}

class SqliteEnd final : public End {
 public:
  SqliteEnd(const std::filesystem::path& directory, std::optional<DataDirectory> lock,
            std::unique_ptr<sqlite::Connection> database)
      : End(name_of(directory)), lock_(std::move(lock)), database_(std::move(database)) {}

  [[nodiscard]] sql::Session& session() override { return *database_; }
  [[nodiscard]] std::string_view empty_blob() const override { return "x''"; }

  [[nodiscard]] base::Result<void> begin_arrival() override {
    // Only the last commit of a move has to survive a power cut, and it takes all earlier ones with it.
    return database_->execute(
        "PRAGMA foreign_keys = OFF; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 2000;"
        "PRAGMA cache_size = -32768");
  }
  [[nodiscard]] base::Result<void> end_arrival(std::int64_t) override {
    TRY(database_->execute("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)"));
    TRY_ASSIGN(sql::Query query, database_->query("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1"));
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return {};
    return base::Error{base::ErrorCode::kStoreFailure, "the store failed",
                       "a row of " + query.text(0) + " refers to a row that is missing"};
  }

 private:
  [[nodiscard]] base::Result<void> begin_alone() override { return database_->run("BEGIN IMMEDIATE"); }
  [[nodiscard]] base::Result<void> commit_safely() override {
    TRY(commit());
    // The file itself has to tell its format.
    return lock_ ? database_->execute("PRAGMA wal_checkpoint(TRUNCATE)") : base::Result<void>();
  }
  [[nodiscard]] base::Result<void> shut_out() override { return {}; }  // every group of commands looks for the mark

  std::optional<DataDirectory> lock_;
  std::unique_ptr<sqlite::Connection> database_;
};

}  // namespace

std::string name_of(const std::filesystem::path& directory) {
  std::error_code failure;
  std::filesystem::path path = std::filesystem::weakly_canonical(std::filesystem::absolute(directory), failure);
  std::string name = failure ? directory.string() : path.string();
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

base::Result<std::unique_ptr<End>> open_sqlite_source(const std::filesystem::path& directory) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(DataDirectory::database_file(directory), failure);
  if (failure || size == 0) return refusal(directory, "is not there.");
  TRY(DataDirectory::check_log_after_failed_sync(directory));
  TRY_ASSIGN(auto database, connect(directory));
  return std::unique_ptr<End>(std::make_unique<SqliteEnd>(directory, std::nullopt, std::move(database)));
}

base::Result<std::unique_ptr<End>> open_sqlite_target(const std::filesystem::path& directory,
                                                      const base::Clock& clock) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(DataDirectory::database_file(directory), failure);
  if (failure || size == 0) {
    sqlite::Options options;
    options.directory = directory;
    TRY(sqlite::SqliteStore::open(options, clock));
  }
  TRY_ASSIGN(DataDirectory lock, DataDirectory::lock(directory));
  TRY(lock.restore_log_after_failed_sync());
  TRY(lock.hold_database());
  TRY_ASSIGN(auto database, connect(directory));
  return std::unique_ptr<End>(std::make_unique<SqliteEnd>(directory, std::move(lock), std::move(database)));
}

std::string moved_to(const std::filesystem::path& directory) {
  const auto database =
      sqlite::Connection::open(DataDirectory::database_file(directory), sqlite::Connection::Mode::kInspect, {});
  if (!database) return {};
  auto query = (*database)->query("SELECT value FROM settings WHERE name = ?", kMoveSetting);
  if (!query) return {};
  const auto found = query->next();
  if (!found || !*found) return {};
  const auto mark = parse_move_mark(base::as_text(query->view(0)));
  return mark && mark->state == MoveMark::State::kGone ? mark->other : std::string();
}

}  // namespace livecert::store::moving
