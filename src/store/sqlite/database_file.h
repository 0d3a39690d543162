#pragma once

#include <atomic>
#include <string>

#include "store/sqlite/database.h"

namespace livecert::store::sqlite {

// The name of a SQLite VFS over `inner` (empty: the default one), registered at the first call for it, that makes
// checkpoints safe and smooth. It changes only the database file's operations.
//
// When a synchronisation of the database fails, nothing of the write-ahead log counts as copied any more: the next
// copy, by this process or another, copies all of it, and until then readers find it in the log. SQLite alone would
// never copy again what it has counted as copied, and Linux reports lost pages once and then takes them for written
// (fsync(2), "EIO"). A later checkpoint would then succeed and discard the only copy.
[[nodiscard]] std::string checkpointing_vfs(const std::string& inner);

// While any thread has set `paced`, the connection synchronises the database after every 512 KiB that it writes, so
// that a commit's own synchronisation does not wait behind much of the copy. That VFS must have opened the connection;
// `paced` must outlive it or the next call. Null: never.
void pace(Connection& connection, const std::atomic<bool>* paced);

}  // namespace livecert::store::sqlite
