#include "store/sqlite/log_gatherer.h"

#include <cstring>
#include <list>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

#include <sqlite3.h>

namespace livecert::store::sqlite {
namespace {

// SQLite's VFS for Unix writes no more than 128 KiB less one byte at once, and takes more for a full disk.
constexpr std::size_t kMostGathered = 96UL * 1024;

// SQLite sees the base; the inner VFS's own file lies behind this one in the memory that SQLite provides.
struct LogFile : sqlite3_file {
  std::vector<std::uint8_t>* gathered = nullptr;  // owned; until close()
  sqlite3_int64 offset = 0;                       // of its first byte in the file

  [[nodiscard]] sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  static LogFile& of(sqlite3_file* file) { return *static_cast<LogFile*>(file); }

  // Whatever becomes of it, nothing is gathered afterwards: after a failure SQLite writes the same place anew.
  int flush() {
    if (gathered->empty()) return SQLITE_OK;
    const int code = inner()->pMethods->xWrite(inner(), gathered->data(), static_cast<int>(gathered->size()), offset);
    gathered->clear();
    return code;
  }

  // What follows the gathered bytes joins them; what is elsewhere is written after them.
  int write(const void* data, std::size_t size, sqlite3_int64 at) {
    const bool joins = !gathered->empty() && at == offset + static_cast<sqlite3_int64>(gathered->size());
    if (!joins || gathered->size() + size > kMostGathered) {
      if (const int code = flush(); code != SQLITE_OK) return code;
      offset = at;
    }
    if (size > kMostGathered) return inner()->pMethods->xWrite(inner(), data, static_cast<int>(size), at);
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    gathered->insert(gathered->end(), bytes, bytes + size);
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

template <auto method, typename... Arguments>
int pass_on(sqlite3_file* file, Arguments... arguments) {
  sqlite3_file* const inner = LogFile::of(file).inner();
  return (inner->pMethods->*method)(inner, arguments...);
}

int close(sqlite3_file* file) {
  LogFile& log = LogFile::of(file);
  const int flushed = log.flush();
  delete log.gathered;
  log.gathered = nullptr;
  const int closed = log.inner()->pMethods->xClose(log.inner());
  return flushed != SQLITE_OK ? flushed : closed;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  return LogFile::of(file).write(data, static_cast<std::size_t>(size), offset);
}

using Methods = sqlite3_io_methods;
// Version 1: a log is never locked, shared or mapped; those are the database file's.
constexpr Methods kMethods{1,
                           close,
                           after_flush<&Methods::xRead, void*, int, sqlite3_int64>,
                           write,
                           after_flush<&Methods::xTruncate, sqlite3_int64>,
                           after_flush<&Methods::xSync, int>,
                           after_flush<&Methods::xFileSize, sqlite3_int64*>,
                           pass_on<&Methods::xLock, int>,
                           pass_on<&Methods::xUnlock, int>,
                           pass_on<&Methods::xCheckReservedLock, int*>,
                           after_flush<&Methods::xFileControl, int, void*>,
                           pass_on<&Methods::xSectorSize>,
                           pass_on<&Methods::xDeviceCharacteristics>,
                           nullptr,
                           nullptr,
                           nullptr,
                           nullptr,
                           nullptr,
                           nullptr};

// Everything but opening is the inner VFS's own, which finds its data in the copied structure.
struct GatheringVfs : sqlite3_vfs {
  sqlite3_vfs* inner;
  std::string name;
};

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* const inner = static_cast<GatheringVfs*>(vfs)->inner;
  if ((flags & SQLITE_OPEN_WAL) == 0) return inner->xOpen(inner, path, file, flags, out_flags);
  auto gathered = std::make_unique<std::vector<std::uint8_t>>();
  gathered->reserve(kMostGathered);  // so that no write allocates: an exception must not cross SQLite
  auto* log = new (file) LogFile;
  const int code = inner->xOpen(inner, path, log->inner(), flags, out_flags);
  // Without methods SQLite does not close it.
  log->pMethods = code == SQLITE_OK ? &kMethods : nullptr;
  if (code == SQLITE_OK) log->gathered = gathered.release();
  return code;
}

}  // namespace

std::string log_gathering_vfs(const std::string& inner) {
  static std::mutex mutex;
  // Registered for the life of the process: SQLite may still refer to them.
  static std::list<GatheringVfs> registered;
  const std::lock_guard lock(mutex);
  sqlite3_vfs* const found = sqlite3_vfs_find(inner.empty() ? nullptr : inner.c_str());
  if (found == nullptr) return inner;  // opening will say so
  std::string name = "livecert-log-over-" + std::string(found->zName);
  if (sqlite3_vfs_find(name.c_str()) != nullptr) return name;
  GatheringVfs& made = registered.emplace_back();
  static_cast<sqlite3_vfs&>(made) = *found;
  made.inner = found;
  made.name = name;
  made.szOsFile = static_cast<int>(sizeof(LogFile)) + found->szOsFile;
  made.zName = made.name.c_str();
  made.pNext = nullptr;
  made.xOpen = open;
  sqlite3_vfs_register(&made, 0);
  return name;
}

}  // namespace livecert::store::sqlite
