#pragma once

#include <atomic>
#include <string>

#include "store/sqlite/database.h"

namespace livecert::store::sqlite {

// The name of a SQLite VFS over `inner` (empty: the default one), registered at the first call for it, that makes
// checkpoints safe and smooth. It changes only the database file's operations.
//
// After a failed synchronisation of the database, connections that share the failure no longer write to it: every write
// and every synchronisation fails. Linux reports lost pages once and then takes them for written (fsync(2), "EIO"), and
// SQLite never copies again what it has counted as copied. A later checkpoint would then succeed and discard the
// write-ahead log, which holds the only copy. SQLite counts from zero only when the database is opened while no other
// process has it open.
[[nodiscard]] std::string checkpointing_vfs(const std::string& inner);

// While any thread has set `paced`, the connection synchronises the database after every 512 KiB that it writes, so
// that a commit's own synchronisation does not wait behind much of the copy. That VFS must have opened the connection;
// `paced` must outlive it or the next call. Null: never.
void pace(Connection& connection, const std::atomic<bool>* paced);

// Failed synchronisations of the connection set `sync_failed`, and while it is set the connection writes nothing to the
// database. That VFS opened the connection, which `sync_failed` outlives.
void share_failure(Connection& connection, std::atomic<bool>* sync_failed);

}  // namespace livecert::store::sqlite
