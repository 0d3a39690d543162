#include "store/sqlite/database_file.h"

#include <cstdint>

#include <sqlite3.h>

#include "store/sqlite/vfs_layer.h"

namespace livecert::store::sqlite {
namespace {

// Smaller pieces let a copier fall behind the writer (docs/adr/0003).
constexpr std::int64_t kMostUnsynchronised = 512LL * 1024;
// SQLite keeps those below 100 (https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html).
constexpr int kPaceOperation = 0x4C43;

using Methods = sqlite3_io_methods;

// Where the log's index counts how many of its frames have been copied, in numbers of 32 bits
// (https://www.sqlite.org/walformat.html §2.1).
constexpr int kCopiedFrames = 96 / 4;

struct DatabaseFile : LayeredFile<DatabaseFile> {
  static constexpr int kOpenFlag = SQLITE_OPEN_MAIN_DB;
  static const sqlite3_io_methods* methods();

  const std::atomic<bool>* paced = nullptr;
  volatile std::uint32_t* log_index = nullptr;  // its beginning, shared by all who have the database open
  std::int64_t unsynchronised = 0;              // bytes written since the disk took what was written before

  // Nobody else of this process copies meanwhile. A tool that does has a descriptor of its own, which is told of the
  // failure too (fsync(2)).
  void forget_copied() const {
    if (log_index != nullptr) __atomic_store_n(log_index + kCopiedFrames, 0U, __ATOMIC_SEQ_CST);
  }
};

int synchronise(sqlite3_file* file, int flags) {
  DatabaseFile& database = DatabaseFile::of(file);
  database.unsynchronised = 0;
  const int code = DatabaseFile::pass_on<&Methods::xSync>(file, flags);
  if (code != SQLITE_OK) database.forget_copied();
  return code;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  const int code = DatabaseFile::pass_on<&Methods::xWrite>(file, data, size, offset);
  if (code != SQLITE_OK) return code;
  DatabaseFile& database = DatabaseFile::of(file);
  database.unsynchronised += size;
  const bool synchronises =
      database.paced != nullptr && *database.paced && database.unsynchronised >= kMostUnsynchronised;
  return synchronises ? synchronise(file, SQLITE_SYNC_NORMAL) : SQLITE_OK;
}

int map_log_index(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  const int code = DatabaseFile::pass_on<&Methods::xShmMap>(file, region, size, extend, memory);
  if (code == SQLITE_OK && region == 0) {
    DatabaseFile::of(file).log_index = static_cast<volatile std::uint32_t*>(*memory);
  }
  return code;
}

int unmap_log_index(sqlite3_file* file, int remove) {
  DatabaseFile::of(file).log_index = nullptr;
  return DatabaseFile::pass_on<&Methods::xShmUnmap>(file, remove);
}

int control(sqlite3_file* file, int operation, void* argument) {
  if (operation != kPaceOperation) return DatabaseFile::pass_on<&Methods::xFileControl>(file, operation, argument);
  DatabaseFile::of(file).paced = static_cast<const std::atomic<bool>*>(argument);
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
                           map_log_index,
                           DatabaseFile::pass_on<&Methods::xShmLock, int, int, int>,
                           DatabaseFile::pass_on<&Methods::xShmBarrier>,
                           unmap_log_index,
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
  // SQLite hands the pointer through as it is; control() takes it for what it was.
  sqlite3_file_control(connection.handle(), "main", kPaceOperation, const_cast<std::atomic<bool>*>(paced));
}

}  // namespace livecert::store::sqlite
