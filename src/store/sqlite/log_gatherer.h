#pragma once

#include <string>

namespace livecert::store::sqlite {

// The name of a SQLite VFS over `inner` (empty: the default one), registered on the first call for it. It gathers what
// a connection appends to its write-ahead log, which SQLite hands over in two writes for each page, and writes it at
// once before the log is synchronised, read, or anything else is done with it. It also lays the log's file out ahead,
// so that most commits do not make it grow (docs/adr/0011-the-log-is-laid-out-ahead.md).
//
// Nothing becomes less durable or visible: with `synchronous = FULL` SQLite synchronises the log before it tells other
// connections of a commit (https://www.sqlite.org/walformat.html), and a write that fails fails the sync instead. For
// the one connection that writes, of the only process that does: what a rolled back transaction appended may be written
// after it, and zeros behind that, where nobody else may have written meanwhile. Files other than the log are
// untouched.
[[nodiscard]] std::string log_gathering_vfs(const std::string& inner);

}  // namespace livecert::store::sqlite
