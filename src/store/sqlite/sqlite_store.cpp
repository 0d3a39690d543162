#include "store/sqlite/sqlite_store.h"

#include "store/change_signal.h"
#include "store/commands/commands.h"
#include "store/group_writer.h"
#include "store/sql/queries.h"
#include "store/sql/sql_rows.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/condition.h"
#include "store/sqlite/content_probe.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/database.h"
#include "store/sqlite/database_file.h"
#include "store/sqlite/engine.h"
#include "store/sqlite/generations.h"
#include "store/sqlite/log_gatherer.h"
#include "store/sqlite/reader_pool.h"
#include "store/sqlite/result_code.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_snapshot.h"

namespace livecert::store::sqlite {
namespace {

// `secure_delete`: a replaced sealed key must not linger in a free page. The checkpointer decides when to checkpoint,
// and the log may keep the size it is allowed to grow to, since writing over it is cheaper than extending it.
constexpr const char* kWriterSettings =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA journal_size_limit = 209715200;"
    "PRAGMA cache_size = -32768;";
constexpr off_t kJournalSizeLimit = 209715200;

bool is_failed_write(const base::Error& error) {
  switch (result_code(error)) {
    case SQLITE_FULL:
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_TRUNCATE:
      return true;
    default:
      return false;
  }
}

// SQLite's words are the operator's only hint to the fault of a file.
base::Error unusable(const std::filesystem::path& file, const base::Error& error) {
  if (error.code == base::ErrorCode::kConfiguration) return error;
  const std::string what = "The store " + file.string() + " cannot be opened: " + error.detail;
  const int code = result_code(error);
  const bool is_full = code == SQLITE_FULL || code == SQLITE_IOERR_SHMSIZE;
  return base::Error{base::ErrorCode::kConfiguration,
                     what + (is_full ? ". The disk is full: make room and start again; nothing is lost."
                                     : ". If it is damaged, restore it from a backup."),
                     error.detail};
}

// A writing connection, and the failure if the disk did not take the start's checkpoint.
struct OpenedWriter {
  std::unique_ptr<Connection> connection;
  base::Result<void> disk;
};

base::Result<OpenedWriter> open_writer(const std::filesystem::path& file, const Options& options, base::Time now) {
  TRY_ASSIGN(auto writer,
             Connection::open(file, Connection::Mode::kReadWrite, log_gathering_vfs(checkpointing_vfs(options.vfs))));
  // The last connection to close would remove log and index by their names, even if other files have these names by
  // then. Left in place, empty, they also keep the little room that the next start needs.
  int keep_log = 1;
  sqlite3_file_control(writer->handle(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep_log);
  TRY(writer->execute(kPageSetting));
  TRY(writer->execute(kWriterSettings));
  TRY_ASSIGN(const Upgrade upgrade, Upgrade::prepare(*writer, options.directory, options.upgrade, now));
  TRY(migrate(
      *writer, released_migrations(), options.read_leaf_names, options.read_chain_end,
      [&](std::int64_t format, std::int64_t done, std::int64_t total) { upgrade.on_step(format, done, total); }));
  // The header in the file itself must tell the version, for inspect_file() of another release. If the disk does not
  // take it, the log still holds it, and can be read.
  base::Result<void> disk = writer->execute("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!disk && !is_failed_write(disk.error())) return disk.error();
  upgrade.finish();
  return OpenedWriter{std::move(writer), std::move(disk)};
}

base::Result<std::unique_ptr<Connection>> open_helper(const std::filesystem::path& file, const std::string& vfs) {
  TRY_ASSIGN(auto helper, Connection::open(file, Connection::Mode::kReadWrite, checkpointing_vfs(vfs)));
  // A connection that has not read yet does not know of the log, and its checkpoints silently do nothing.
  TRY(helper->read_integer("SELECT count(*) FROM sqlite_schema"));
  return helper;
}

base::Result<OpenedFiles> note_files(const std::filesystem::path& file, Connection& writer) {
  const char* resolved = sqlite3_db_filename(writer.handle(), "main");
  return OpenedFiles::note(file, resolved == nullptr ? file : std::filesystem::path(resolved), kJournalSizeLimit);
}

}  // namespace

// In the order of construction; the directory is released last.
struct SqliteStore::Parts {
  DataDirectory directory;
  std::unique_ptr<Condition> condition;
  std::unique_ptr<Connection> database;
  std::unique_ptr<ReaderPool> readers;
  std::unique_ptr<ContentProbe> probe;
  std::unique_ptr<ChangeSignal> signal;
  std::unique_ptr<Generations> generations;
  std::unique_ptr<Checkpointer> checkpointer;
  std::unique_ptr<SqliteEngine> engine;
  std::unique_ptr<GroupWriter> writer;
};

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteStore::~SqliteStore() {
  parts_->writer.reset();
  if (parts_->condition->check_sync()) return;
  // The last connection that closes empties the log if SQLite counts all of it as copied. After a failed
  // synchronisation that count may be wrong, and the kept log is the same file.
  static_cast<void>(parts_->database->read_integer("PRAGMA journal_size_limit = -1"));
}

base::Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const Options& options, const base::Clock& clock) {
  TRY_ASSIGN(DataDirectory directory, DataDirectory::lock(options.directory));
  const std::filesystem::path file = directory.database_file();
  TRY(directory.restore_log_after_failed_sync());
  TRY(inspect_file(file, static_cast<std::int64_t>(released_migrations().size())));
  TRY(directory.hold_database());

  auto writer = open_writer(file, options, clock.now());
  if (!writer) return unusable(file, writer.error());
  auto helper = open_helper(file, options.vfs);
  if (!helper) return unusable(file, helper.error());
  auto readers = ReaderPool::open(file, options.vfs, options.readers);
  if (!readers) return unusable(file, readers.error());
  auto probe = ContentProbe::open(file, options.vfs);
  if (!probe) return unusable(file, probe.error());
  Connection& database = *writer->connection;
  const auto position = sql::last_change(database);
  if (!position) return unusable(file, position.error());
  const auto moved = sql::find_why_moved(database);
  if (!moved) return unusable(file, moved.error());
  if (*moved) return base::Error{base::ErrorCode::kConfiguration, "The store " + file.string() + ": " + **moved + "."};
  const auto last = sql::SqlRows(database).read_last_position();
  if (!last) return unusable(file, last.error());
  const auto page_size = database.read_integer("PRAGMA page_size");
  if (!page_size) return unusable(file, page_size.error());
  TRY_ASSIGN(OpenedFiles files, note_files(file, database));

  auto parts = std::make_unique<Parts>(
      Parts{std::move(directory), std::make_unique<Condition>(options.directory, std::move(files), clock),
            std::move(writer->connection), *std::move(readers), *std::move(probe),
            std::make_unique<ChangeSignal>(*position), nullptr, nullptr, nullptr, nullptr});
  if (writer->disk) {
    parts->directory.forget_failed_sync();
  } else {
    parts->condition->note_failure(writer->disk.error());
  }
  parts->readers->report_to(
      [&condition = *parts->condition](const base::Error& error) { condition.note_failed_read(error); });
  parts->generations = std::make_unique<Generations>(*parts->database);
  parts->checkpointer = std::make_unique<Checkpointer>(
      *std::move(helper), *parts->database, *page_size, options.log, parts->condition->sync_failed(), options.report,
      [&directory = parts->directory, &condition = *parts->condition, tell = options.on_failed_sync](std::string why) {
        condition.note_failed_sync(why);
        if (const auto kept = directory.keep_log_after_failed_sync(); !kept) {
          why += "; " + kept.error().message + ": " + kept.error().detail;
          condition.note_failed_sync(why);
        }
        if (tell) tell(why);
      });
  parts->engine = std::make_unique<SqliteEngine>(*parts->database, *parts->checkpointer, *parts->signal,
                                                 *parts->generations, *parts->condition, *last);
  parts->writer =
      std::make_unique<GroupWriter>(*parts->engine, commands::apply, clock, options.max_group, options.watch);
  // The writer finds out when the disk takes something again.
  if (!writer->disk) parts->writer->wake();
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
}

base::Later<Outcome> SqliteStore::submit(Context context, Command command) {
  return base::Later<Outcome>::brought_by([&writer = *parts_->writer, context = std::move(context),
                                           command = std::move(command)](base::Later<Outcome>::Receiver to) mutable {
    writer.submit(std::move(context), std::move(command), std::move(to));
  });
}

std::uint64_t SqliteStore::generation(Topic topic) {
  return parts_->generations->get(topic);
}

Health SqliteStore::health() {
  const std::int64_t committed = parts_->signal->position();
  parts_->condition->note_content(committed, parts_->probe->read_last_change());
  Health health = parts_->condition->health();
  if (health.state != Health::State::kSound) parts_->writer->wake();
  return health;
}

base::Result<std::unique_ptr<Snapshot>> SqliteStore::read() {
  // Pages that SQLite counts as copied are read from the database, which may have lost them.
  TRY(parts_->condition->check_sync());
  return SqliteSnapshot::begin(*parts_->readers);
}

base::Result<bool> SqliteStore::wait_for_change(std::int64_t after, std::chrono::milliseconds wait) {
  return parts_->signal->wait(after, wait);
}

}  // namespace livecert::store::sqlite
