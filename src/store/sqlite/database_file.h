#pragma once

#include <atomic>
#include <string>

#include "store/sqlite/database.h"

namespace livecert::store::sqlite {

// The name of a SQLite VFS over `inner` (empty: the default one), registered on the first call for it, that makes
// checkpoints safe and smooth. Files other than the database are untouched.
//
// When the disk fails to take the database, nothing of the write-ahead log counts as copied any more: whoever copies it
// next, this process or another, copies all of it, and until then readers find it in the log. SQLite itself would never
// copy again what it once counted, while Linux tells of lost pages once and then takes them for written (fsync(2),
// "EIO"): a later checkpoint would succeed and let go of the only copy.
[[nodiscard]] std::string checkpointing_vfs(const std::string& inner);

// While `paced` is set, from any thread, the disk takes every 512 KiB that the connection writes to the database before
// it writes the next, so that a commit's own synchronisation does not queue behind much of what is being copied. The
// connection was opened by that VFS; `paced` outlives it or the next call. Null: never.
void pace(Connection& connection, const std::atomic<bool>* paced);

}  // namespace livecert::store::sqlite
