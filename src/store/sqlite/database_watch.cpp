#include "store/sqlite/database_watch.h"

#include <sqlite3.h>

#include "store/sqlite/vfs_layer.h"

namespace livecert::store::sqlite {
namespace {

// Smaller pieces let a copier fall behind the writer (docs/adr/0003).
constexpr int kMostUnsynchronised = 512 * 1024;
// SQLite keeps those below 100 (https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html).
constexpr int kWatchOperation = 0x4C43;

using Methods = sqlite3_io_methods;

struct DatabaseFile : LayeredFile<DatabaseFile> {
  static constexpr int kOpenFlag = SQLITE_OPEN_MAIN_DB;
  static const sqlite3_io_methods* methods();

  DatabaseWatch* watch = nullptr;
  int unsynchronised = 0;  // bytes written since the disk took what was written before
};

int synchronise(sqlite3_file* file, int flags) {
  DatabaseFile& database = DatabaseFile::of(file);
  database.unsynchronised = 0;
  const int code = DatabaseFile::pass_on<&Methods::xSync>(file, flags);
  if (code != SQLITE_OK && database.watch != nullptr) database.watch->has_lost_writes = true;
  return code;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  const int code = DatabaseFile::pass_on<&Methods::xWrite>(file, data, size, offset);
  if (code != SQLITE_OK) return code;
  DatabaseFile& database = DatabaseFile::of(file);
  if (database.watch == nullptr || !database.watch->paced) return SQLITE_OK;
  database.unsynchronised += size;
  return database.unsynchronised < kMostUnsynchronised ? SQLITE_OK : synchronise(file, SQLITE_SYNC_NORMAL);
}

int control(sqlite3_file* file, int operation, void* argument) {
  if (operation != kWatchOperation) return DatabaseFile::pass_on<&Methods::xFileControl>(file, operation, argument);
  DatabaseFile::of(file).watch = static_cast<DatabaseWatch*>(argument);
  return SQLITE_OK;
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

std::string database_watching_vfs(const std::string& inner) {
  return layer_over<DatabaseFile>(inner, "livecert-database-over-");
}

void watch(Connection& connection, DatabaseWatch* watch) {
  sqlite3_file_control(connection.handle(), "main", kWatchOperation, watch);
}

}  // namespace livecert::store::sqlite
