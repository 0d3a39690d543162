#include "store/sqlite/log_gatherer.h"

#include <cstdint>
#include <vector>

#include <sqlite3.h>

#include "store/sqlite/vfs_layer.h"

namespace livecert::store::sqlite {
namespace {

// SQLite's VFS for Unix writes no more than 128 KiB less one byte at once, and takes more for a full disk.
constexpr std::size_t kMostGathered = 96UL * 1024;

struct LogFile : LayeredFile<LogFile> {
  static constexpr int kOpenFlag = SQLITE_OPEN_WAL;
  static const sqlite3_io_methods* methods();

  std::vector<std::uint8_t> gathered;
  sqlite3_int64 offset = 0;  // of its first byte in the file

  // So that no write allocates: an exception must not cross SQLite.
  LogFile() { gathered.reserve(kMostGathered); }

  // Whatever becomes of it, nothing is gathered afterwards: after a failure SQLite writes the same place anew.
  int flush() {
    if (gathered.empty()) return SQLITE_OK;
    const int code = inner()->pMethods->xWrite(inner(), gathered.data(), static_cast<int>(gathered.size()), offset);
    gathered.clear();
    return code;
  }

  // What follows the gathered bytes joins them; what is elsewhere is written after them.
  int write(const void* data, std::size_t size, sqlite3_int64 at) {
    const bool joins = !gathered.empty() && at == offset + static_cast<sqlite3_int64>(gathered.size());
    if (!joins || gathered.size() + size > kMostGathered) {
      if (const int code = flush(); code != SQLITE_OK) return code;
      offset = at;
    }
    if (size > kMostGathered) return inner()->pMethods->xWrite(inner(), data, static_cast<int>(size), at);
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    gathered.insert(gathered.end(), bytes, bytes + size);
    return SQLITE_OK;
  }
};

// Writes what is gathered, then does the same with the inner file.
template <auto method, typename... Arguments>
int after_flush(sqlite3_file* file, Arguments... arguments) {
  LogFile& log = LogFile::of(file);
  if (const int code = log.flush(); code != SQLITE_OK) return code;
  return (log.inner()->pMethods->*method)(log.inner(), arguments...);
}

int flush_and_close(sqlite3_file* file) {
  const int flushed = LogFile::of(file).flush();
  const int closed = LogFile::close(file);
  return flushed != SQLITE_OK ? flushed : closed;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  return LogFile::of(file).write(data, static_cast<std::size_t>(size), offset);
}

using Methods = sqlite3_io_methods;
// Version 1: a log is never locked, shared or mapped; those are the database file's.
constexpr Methods kMethods{1,
                           flush_and_close,
                           after_flush<&Methods::xRead, void*, int, sqlite3_int64>,
                           write,
                           after_flush<&Methods::xTruncate, sqlite3_int64>,
                           after_flush<&Methods::xSync, int>,
                           after_flush<&Methods::xFileSize, sqlite3_int64*>,
                           LogFile::pass_on<&Methods::xLock, int>,
                           LogFile::pass_on<&Methods::xUnlock, int>,
                           LogFile::pass_on<&Methods::xCheckReservedLock, int*>,
                           after_flush<&Methods::xFileControl, int, void*>,
                           LogFile::pass_on<&Methods::xSectorSize>,
                           LogFile::pass_on<&Methods::xDeviceCharacteristics>,
                           nullptr,
                           nullptr,
                           nullptr,
                           nullptr,
                           nullptr,
                           nullptr};

const sqlite3_io_methods* LogFile::methods() {
  return &kMethods;
}

}  // namespace

std::string log_gathering_vfs(const std::string& inner) {
  return layer_over<LogFile>(inner, "livecert-log-over-");
}

}  // namespace livecert::store::sqlite
