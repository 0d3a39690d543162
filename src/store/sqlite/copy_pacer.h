#pragma once

#include <string>

namespace livecert::store::sqlite {

// The name of a SQLite VFS over `inner` (empty: the default one), registered on the first call for it. Whoever copies
// the write-ahead log into a database opened by it has the disk take every 512 KiB before the next are written, so that
// a commit's own synchronisation meanwhile never queues behind more than that. A synchronisation that fails fails the
// write. Files other than the database are untouched.
[[nodiscard]] std::string copy_pacing_vfs(const std::string& inner);

}  // namespace livecert::store::sqlite
