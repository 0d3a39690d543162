#include "store/sqlite/log_gatherer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <sqlite3.h>

#include "store/sqlite/vfs_layer.h"

namespace livecert::store::sqlite {
namespace {

// SQLite's VFS for Unix writes no more than 128 KiB less one byte at once, and reports a longer write as a full disk.
constexpr std::size_t kMostGathered = 96UL * 1024;
// How far beyond the log's end its file is laid out: some eight commits of one chain. For a commit of more than
// kWorthIt, the gain is too small to write the bytes twice.
constexpr std::array<std::uint8_t, 64UL * 1024> kZeros{};
constexpr sqlite3_int64 kLaidOutPieces = 4;
constexpr sqlite3_int64 kWorthIt = static_cast<sqlite3_int64>(kZeros.size());

struct LogFile : LayeredFile<LogFile> {
  static constexpr int kOpenFlag = SQLITE_OPEN_WAL;
  static const sqlite3_io_methods* methods();

  std::vector<std::uint8_t> gathered;
  sqlite3_int64 offset = 0;  // of its first byte in the file

  sqlite3_int64 written = 0;         // the furthest end of what was written
  sqlite3_int64 laid_out = 0;        // the file is known to be at least so long
  sqlite3_int64 unsynchronised = 0;  // bytes written since the last sync

  // Reserved here, so that no write allocates: an exception must not cross SQLite.
  LogFile() { gathered.reserve(kMostGathered); }

  // Nothing is gathered afterwards, even after a failure, because SQLite then writes the same place again.
  int flush() {
    if (gathered.empty()) return SQLITE_OK;
    const int code = write_now(gathered.data(), gathered.size(), offset);
    gathered.clear();
    return code;
  }

  int write_now(const void* data, std::size_t size, sqlite3_int64 at) {
    const int code = inner()->pMethods->xWrite(inner(), data, static_cast<int>(size), at);
    if (code != SQLITE_OK) return code;
    written = std::max(written, at + static_cast<sqlite3_int64>(size));
    unsynchronised += static_cast<sqlite3_int64>(size);
    return SQLITE_OK;
  }

  // While a file does not grow, synchronising its data needs no change of its inode on the disk, nor the file system's
  // journal. So before a sync that had to grow the log, a stretch of zeros is written behind it, for the next commits.
  // To SQLite they are no frames: their salts are wrong (https://www.sqlite.org/fileformat2.html#wal_file_format).
  // Nothing depends on them, so failures are ignored.
  void lay_out_ahead() {
    const bool worth_it = unsynchronised <= kWorthIt;
    unsynchronised = 0;
    if (written <= laid_out) return;
    sqlite3_int64 size = 0;
    if (inner()->pMethods->xFileSize(inner(), &size) != SQLITE_OK) return;
    // The file may be longer than what was written, for example laid out before it was opened.
    laid_out = std::max(written, size);
    if (size > written || !worth_it) return;
    for (sqlite3_int64 i = 0; i < kLaidOutPieces; ++i) {
      if (inner()->pMethods->xWrite(inner(), kZeros.data(), static_cast<int>(kZeros.size()), laid_out) != SQLITE_OK)
        return;
      laid_out += static_cast<sqlite3_int64>(kZeros.size());
    }
  }

  // Bytes that follow the gathered ones join them. For bytes at another place, the gathered ones are written first.
  int write(const void* data, std::size_t size, sqlite3_int64 at) {
    const bool joins = !gathered.empty() && at == offset + static_cast<sqlite3_int64>(gathered.size());
    if (!joins || gathered.size() + size > kMostGathered) {
      if (const int code = flush(); code != SQLITE_OK) return code;
      offset = at;
    }
    if (size > kMostGathered) return write_now(data, size, at);
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    gathered.insert(gathered.end(), bytes, bytes + size);
    return SQLITE_OK;
  }
};

// Writes the gathered bytes, then calls the same method of the inner file.
template <auto method, typename... Arguments>
int after_flush(sqlite3_file* file, Arguments... arguments) {
  LogFile& log = LogFile::of(file);
  if (const int code = log.flush(); code != SQLITE_OK) return code;
  return (log.inner()->pMethods->*method)(log.inner(), arguments...);
}

int synchronise(sqlite3_file* file, int flags) {
  LogFile& log = LogFile::of(file);
  if (const int code = log.flush(); code != SQLITE_OK) return code;
  log.lay_out_ahead();
  return log.inner()->pMethods->xSync(log.inner(), flags);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int code = after_flush<&sqlite3_io_methods::xTruncate>(file, size);
  LogFile& log = LogFile::of(file);
  log.written = log.laid_out = 0;  // lay_out_ahead() asks for the file's size again
  return code;
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
                           truncate,
                           synchronise,
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
