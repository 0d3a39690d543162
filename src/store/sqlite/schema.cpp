#include "store/sqlite/schema.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>

#include "store/sqlite/data_directory.h"
#include "store/sqlite/leaf_functions.h"

namespace livecert::store::sqlite {
namespace {

base::Error unusable(const std::filesystem::path& file, const std::string& reason) {
  return base::Error{base::ErrorCode::kConfiguration, "The store " + file.string() + " " + reason};
}

std::string newer(std::int64_t version, std::int64_t newest_version) {
  return "was written by a newer release (format " + std::to_string(version) + ", this one reads up to " +
         std::to_string(newest_version) + "); use that release or a backup made before the upgrade.";
}

// Offsets of https://www.sqlite.org/fileformat.html §1.3; numbers are big-endian.
constexpr std::size_t kHeaderSize = 100;
constexpr std::string_view kMagic{"SQLite format 3\0", 16};

class Header {
 public:
  explicit Header(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool is_database() const { return bytes_.size() == kHeaderSize && bytes_.starts_with(kMagic); }
  [[nodiscard]] std::int64_t page_size() const { return number(16, 2) == 1 ? 65536 : number(16, 2); }
  [[nodiscard]] std::int64_t page_count() const { return number(28, 4); }
  [[nodiscard]] std::int64_t user_version() const { return number(60, 4); }
  [[nodiscard]] std::int64_t application_id() const { return number(68, 4); }

 private:
  [[nodiscard]] std::int64_t number(std::size_t offset, std::size_t size) const {
    std::int64_t value = 0;
    for (const char c : bytes_.substr(offset, size)) value = value * 256 + static_cast<unsigned char>(c);
    return value;
  }
  std::string_view bytes_;
};

std::int64_t size_of(const std::filesystem::path& file) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(file, missing);
  return missing ? 0 : static_cast<std::int64_t>(size);
}

// The released steps that change many rows, and the number of them.
struct ManyRows {
  std::int64_t version;
  const char* count;
};
constexpr std::array kManyRows{
    ManyRows{5, "SELECT count(*) FROM chains"},
    ManyRows{6, "SELECT (SELECT count(*) FROM chains) + (SELECT count(*) FROM domains WHERE chain IS NOT NULL)"},
};

// Counts the rows that a step changes, and reports while it works.
class StepCounter {
 public:
  StepCounter(Connection& database, std::int64_t version, std::int64_t total, const MigrationProgress& progress)
      : handle_(database.handle()), version_(version), total_(total), progress_(progress) {
    if (!progress_) return;
    // Making an index changes no row but takes time, so the counter of SQLite's instructions reports too.
    constexpr int kInstructions = 1'000'000;
    sqlite3_update_hook(
        handle_,
        [](void* counter, int, const char*, const char*, sqlite3_int64) {
          static_cast<StepCounter*>(counter)->count_row();
        },
        this);
    sqlite3_progress_handler(
        handle_, kInstructions,
        [](void* counter) {
          static_cast<StepCounter*>(counter)->report();
          return 0;
        },
        this);
    report();
  }
  StepCounter(const StepCounter&) = delete;
  StepCounter& operator=(const StepCounter&) = delete;
  ~StepCounter() {
    if (!progress_) return;
    sqlite3_update_hook(handle_, nullptr, nullptr);
    sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
  }

 private:
  void count_row() {
    constexpr std::int64_t kRowsBetweenReports = 1024;
    if (total_ == 0) return;
    done_ = std::min(done_ + 1, total_);
    if (done_ % kRowsBetweenReports == 0 || done_ == total_) report();
  }
  void report() const { progress_(version_, done_, total_); }

  sqlite3* const handle_;
  const std::int64_t version_;
  const std::int64_t total_;
  std::int64_t done_ = 0;
  const MigrationProgress& progress_;
};

base::Result<std::int64_t> count_rows(Connection& database, Migrations migrations, std::int64_t version) {
  const auto found = std::ranges::find(kManyRows, version, &ManyRows::version);
  // Tests have scripts of their own.
  if (found == kManyRows.end() || migrations.data() != released_migrations().data()) return 0;
  return database.read_integer(found->count);
}

base::Result<void> apply(Connection& database, const char* script, std::int64_t version) {
  const std::string transaction =
      std::string("BEGIN IMMEDIATE;") + script + "PRAGMA user_version = " + std::to_string(version) + "; COMMIT;";
  auto applied = database.execute(transaction.c_str());
  if (!applied && database.in_transaction()) {
    // The failure that ended the script is reported, not this one.
    static_cast<void>(database.execute("ROLLBACK"));
  }
  return applied;
}

}  // namespace

base::Result<void> inspect_file(const std::filesystem::path& file, std::int64_t newest_version) {
  const std::filesystem::path log = file.string() + "-wal";
  const std::int64_t size = size_of(file);
  if (size == 0) {
    if (size_of(log) == 0) return {};
    return unusable(file, "is missing but its write-ahead log " + log.string() +
                              " is there; put both back, or move the log away to begin an empty store.");
  }
  std::string bytes(kHeaderSize, '\0');
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) || !Header(bytes).is_database()) {
    return unusable(file, "is damaged or is not a SQLite database; restore it from a backup.");
  }
  const Header header(bytes);
  const bool fresh = header.application_id() == 0 && header.user_version() == 0 && header.page_count() <= 1;
  if (!fresh && header.application_id() != kApplicationId) {
    return unusable(file, "is a SQLite database of another program; name another data directory.");
  }
  if (header.user_version() > newest_version) return unusable(file, newer(header.user_version(), newest_version));
  // Pages may be missing from the file if they are in a log, or in the journal of its very first transaction.
  if (size_of(log) == 0 && size_of(file.string() + "-journal") == 0 &&
      size < header.page_count() * header.page_size()) {
    return unusable(file, "is damaged: its end is missing; restore it from a backup.");
  }
  return {};
}

bool lacks_log(const std::filesystem::path& file) {
  std::error_code ignored;
  return size_of(file) > 0 && !std::filesystem::exists(file.string() + "-wal", ignored) &&
         !DataDirectory::keeps_log(file.parent_path());
}

base::Result<void> migrate(Connection& database, Migrations migrations, const ReadLeafNames& read_leaf_names,
                           const ReadChainEnd& read_chain_end, const MigrationProgress& progress) {
  const std::filesystem::path file = sqlite3_db_filename(database.handle(), "main");
  const auto newest_version = static_cast<std::int64_t>(migrations.size());
  TRY_ASSIGN(const std::int64_t version, database.read_integer("PRAGMA user_version"));
  TRY_ASSIGN(const std::int64_t application, database.read_integer("PRAGMA application_id"));
  TRY_ASSIGN(const std::int64_t objects, database.read_integer("SELECT count(*) FROM sqlite_schema"));
  if (version > newest_version) return unusable(file, newer(version, newest_version));
  const bool fresh = version == 0 && application == 0 && objects == 0;
  if (!fresh && application != kApplicationId) {
    return unusable(file, "is a SQLite database of another program; name another data directory.");
  }
  if (version == newest_version) return {};
  LeafFunctions functions(read_leaf_names, read_chain_end);
  TRY(functions.add_to(database.handle()));
  for (std::int64_t step = std::max<std::int64_t>(version, 0); step < newest_version; ++step) {
    std::int64_t rows = 0;
    if (progress && !fresh) {
      TRY_ASSIGN(rows, count_rows(database, migrations, step + 1));
    }
    const StepCounter counter(database, step + 1, rows, progress);
    TRY(apply(database, migrations[static_cast<std::size_t>(step)], step + 1));
  }
  return {};
}

}  // namespace livecert::store::sqlite
