#include "store/sqlite/copy_pacer.h"

#include <sqlite3.h>

#include "store/sqlite/vfs_layer.h"

namespace livecert::store::sqlite {
namespace {

constexpr int kMostUnsynchronised = 512 * 1024;

struct DatabaseFile : LayeredFile<DatabaseFile> {
  static constexpr int kOpenFlag = SQLITE_OPEN_MAIN_DB;
  static const sqlite3_io_methods* methods();

  int unsynchronised = 0;  // bytes written since the disk took what was written before
};

int synchronise(sqlite3_file* file, int flags) {
  DatabaseFile::of(file).unsynchronised = 0;
  return DatabaseFile::pass_on<&sqlite3_io_methods::xSync>(file, flags);
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  const int code = DatabaseFile::pass_on<&sqlite3_io_methods::xWrite>(file, data, size, offset);
  if (code != SQLITE_OK) return code;
  int& unsynchronised = DatabaseFile::of(file).unsynchronised;
  unsynchronised += size;
  return unsynchronised < kMostUnsynchronised ? SQLITE_OK : synchronise(file, SQLITE_SYNC_NORMAL);
}

using Methods = sqlite3_io_methods;
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
                           DatabaseFile::pass_on<&Methods::xFileControl, int, void*>,
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

std::string copy_pacing_vfs(const std::string& inner) {
  return layer_over<DatabaseFile>(inner, "livecert-database-over-");
}

}  // namespace livecert::store::sqlite
