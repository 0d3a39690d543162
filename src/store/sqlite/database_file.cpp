#include "store/sqlite/database_file.h"

#include <cstdint>

#include <sqlite3.h>

#include "store/sqlite/vfs_layer.h"

namespace livecert::store::sqlite {
namespace {

// Smaller pieces let a copier fall behind the writer (docs/adr/0003).
constexpr std::int64_t kMostUnsynchronised = 512LL * 1024;
// SQLite uses numbers below 100 itself (https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html).
constexpr int kPaceOperation = 0x4C43;
constexpr int kShareFailureOperation = 0x4C44;

using Methods = sqlite3_io_methods;

struct DatabaseFile : LayeredFile<DatabaseFile> {
  static constexpr int kOpenFlag = SQLITE_OPEN_MAIN_DB;
  static const sqlite3_io_methods* methods();

  const std::atomic<bool>* paced = nullptr;
  std::atomic<bool>* sync_failed = nullptr;  // of all connections of this process
  std::int64_t unsynchronised = 0;           // bytes written since the last synchronisation

  [[nodiscard]] bool is_frozen() const { return sync_failed != nullptr && *sync_failed; }
};

int synchronise(sqlite3_file* file, int flags) {
  DatabaseFile& database = DatabaseFile::of(file);
  if (database.is_frozen()) return SQLITE_IOERR_FSYNC;
  database.unsynchronised = 0;
  const int code = DatabaseFile::pass_on<&Methods::xSync>(file, flags);
  if (code != SQLITE_OK && database.sync_failed != nullptr) *database.sync_failed = true;
  return code;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  DatabaseFile& database = DatabaseFile::of(file);
  if (database.is_frozen()) return SQLITE_IOERR_WRITE;
  const int code = DatabaseFile::pass_on<&Methods::xWrite>(file, data, size, offset);
  if (code != SQLITE_OK) return code;
  database.unsynchronised += size;
  const bool synchronises =
      database.paced != nullptr && *database.paced && database.unsynchronised >= kMostUnsynchronised;
  return synchronises ? synchronise(file, SQLITE_SYNC_NORMAL) : SQLITE_OK;
}

int control(sqlite3_file* file, int operation, void* argument) {
  switch (operation) {
    case kPaceOperation:
      DatabaseFile::of(file).paced = static_cast<const std::atomic<bool>*>(argument);
      return SQLITE_OK;
    case kShareFailureOperation:
      DatabaseFile::of(file).sync_failed = static_cast<std::atomic<bool>*>(argument);
      return SQLITE_OK;
    default:
      return DatabaseFile::pass_on<&Methods::xFileControl>(file, operation, argument);
  }
}

// Version 2: with shared memory, which a log needs, and without mappings of the database.
constexpr Methods kMethods{2,
                           DatabaseFile::close,
                           DatabaseFile::pass_on<&Methods::xRead, void*, int, sqlite3_int64>,
                           write,
                           DatabaseFile::pass_on<&Methods::xTruncate, sqlite3_int64>,
                           synchronise,
                           DatabaseFile::pass_on<&Methods::xFileSize, sqlite3_int64*>,
                           DatabaseFile::pass_on<&Methods::xLock, int>,
                           DatabaseFile::pass_on<&Methods::xUnlock, int>,
                           DatabaseFile::pass_on<&Methods::xCheckReservedLock, int*>,
                           control,
                           DatabaseFile::pass_on<&Methods::xSectorSize>,
                           DatabaseFile::pass_on<&Methods::xDeviceCharacteristics>,
                           DatabaseFile::pass_on<&Methods::xShmMap, int, int, int, void volatile**>,
                           DatabaseFile::pass_on<&Methods::xShmLock, int, int, int>,
                           DatabaseFile::pass_on<&Methods::xShmBarrier>,
                           DatabaseFile::pass_on<&Methods::xShmUnmap, int>,
                           nullptr,
                           nullptr};

const sqlite3_io_methods* DatabaseFile::methods() {
  return &kMethods;
}

}  // namespace

std::string checkpointing_vfs(const std::string& inner) {
  return layer_over<DatabaseFile>(inner, "livecert-database-over-");
}

void pace(Connection& connection, const std::atomic<bool>* paced) {
  // SQLite passes the pointer on unchanged, and control() casts it back.
  sqlite3_file_control(connection.handle(), "main", kPaceOperation, const_cast<std::atomic<bool>*>(paced));
}

void share_failure(Connection& connection, std::atomic<bool>* sync_failed) {
  sqlite3_file_control(connection.handle(), "main", kShareFailureOperation, sync_failed);
}

}  // namespace livecert::store::sqlite
