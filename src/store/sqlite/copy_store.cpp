#include "store/sqlite/copy_store.h"

#include <fcntl.h>
#include <memory>

#include "base/owned_descriptor.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/database.h"
#include "store/sqlite/schema.h"

namespace livecert::store::sqlite {
namespace {

constexpr int kPagesAtOnce = 4096;
constexpr int kOwnerOnly = 0600;

struct Finish {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

base::Error refusal(const std::filesystem::path& file, const std::string& reason) {
  return {base::ErrorCode::kConfiguration, "The store " + file.string() + " " + reason};
}

}  // namespace

base::Result<void> copy_database(Connection& from, const std::filesystem::path& to, const CopyProgress& progress) {
  {
    const base::OwnedDescriptor made(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
    if (!made.is_open()) {
      return base::Error{base::ErrorCode::kConfiguration,
                         "The store cannot be copied to " + to.string() + ", which cannot be made."};
    }
  }
  TRY_ASSIGN(const auto target, Connection::open(to, Connection::Mode::kReadWrite, {}));
  // A copy that a crash interrupts is thrown away.
  TRY(target->execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"));
  const std::unique_ptr<sqlite3_backup, Finish> backup(
      sqlite3_backup_init(target->handle(), "main", from.handle(), "main"));
  if (backup == nullptr) return to_error(target->handle(), sqlite3_errcode(target->handle()), "beginning a copy");
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    code = sqlite3_backup_step(backup.get(), kPagesAtOnce);
    const std::int64_t total = sqlite3_backup_pagecount(backup.get());
    if (progress) progress(total - sqlite3_backup_remaining(backup.get()), total);
  }
  if (code != SQLITE_DONE) return to_error(target->handle(), code, "copying the store");
  return {};
}

base::Result<void> copy_store(const std::filesystem::path& from, const std::filesystem::path& to,
                              const CopyProgress& progress) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(from, failure);
  if (failure || size == 0) return refusal(from, "is not there.");
  // First: without the log, the file may look damaged.
  TRY(DataDirectory::check_log_after_failed_sync(from.parent_path()));
  TRY(inspect_file(from, static_cast<std::int64_t>(released_migrations().size())));
  const bool lacked_log = lacks_log(from);
  TRY_ASSIGN(const auto source, Connection::open(from, Connection::Mode::kInspect, {}));
  // All steps read the state of this transaction. Without it, every commit of the service would restart the copy.
  TRY(source->execute("BEGIN"));
  TRY(source->read_integer("SELECT count(*) FROM sqlite_schema"));
  TRY(copy_database(*source, to, progress));
  if (lacked_log && !lacks_log(from)) return refusal(from, "was put to use meanwhile: run the command again.");
  return {};
}

base::Result<void> upgrade_copy(const std::filesystem::path& file, const ReadLeafNames& read_leaf_names,
                                const ReadChainEnd& read_chain_end) {
  const auto newest = static_cast<std::int64_t>(released_migrations().size());
  TRY(inspect_file(file, newest));
  TRY_ASSIGN(const auto database, Connection::open(file, Connection::Mode::kReadWrite, {}));
  TRY_ASSIGN(const std::int64_t format, database->read_integer("PRAGMA user_version"));
  if (format == newest) return {};
  // What a log held would not go along with the file.
  TRY(database->execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL"));
  return migrate(*database, released_migrations(), read_leaf_names, read_chain_end);
}

}  // namespace livecert::store::sqlite
