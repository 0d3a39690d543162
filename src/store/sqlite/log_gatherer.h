#pragma once

#include <string>

namespace livecert::store::sqlite {

// The name of a SQLite VFS over `inner` (empty: the default one), registered at the first call for it. It gathers the
// appends of a connection to its write-ahead log, which SQLite passes in two writes for each page, and writes them in
// one piece before the log is synchronised, read, or used otherwise. It also writes zeros ahead in the log's file, so
// that most commits do not make it grow (docs/adr/0011-the-log-is-laid-out-ahead.md).
//
// Nothing becomes less durable or visible: with `synchronous = FULL` SQLite synchronises the log before it tells other
// connections of a commit (https://www.sqlite.org/walformat.html), and a failed write fails the sync instead. Only for
// the one connection that writes, in the only process that does: the appends of a rolled back transaction may be
// written after it, with zeros behind them, so no other connection may have written there meanwhile. Files other than
// the log are not affected.
[[nodiscard]] std::string log_gathering_vfs(const std::string& inner);

}  // namespace livecert::store::sqlite
