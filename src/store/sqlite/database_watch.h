#pragma once

#include <atomic>
#include <string>

#include "store/sqlite/database.h"

namespace livecert::store::sqlite {

// How a connection writes the database file, and what became of it.
struct DatabaseWatch {
  // While set, the disk takes every 512 KiB before the next are written, so that a commit's own synchronisation does
  // not queue behind much of what is being copied. From any thread.
  std::atomic<bool> paced = false;
  // A synchronisation has failed. Linux reports that once and may then forget what was written (fsync(2), "EIO"), so no
  // later one that succeeds tells that it is on the disk.
  std::atomic<bool> has_lost_writes = false;
};

// The name of a SQLite VFS over `inner` (empty: the default one), registered on the first call for it, whose databases
// can be watched. A paced synchronisation that fails fails the write. Files other than the database are untouched.
[[nodiscard]] std::string database_watching_vfs(const std::string& inner);

// Until the next call; null: nobody watches. The connection was opened by that VFS, and `watch` outlives it or this
// call.
void watch(Connection& connection, DatabaseWatch* watch);

}  // namespace livecert::store::sqlite
