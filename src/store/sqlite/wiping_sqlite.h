#pragma once

namespace livecert::store::sqlite {

// Makes SQLite overwrite every piece of memory before it frees it, such as copies of bound values and pages of
// temporary tables. Call it once, before anything uses SQLite; the process aborts when it is too late.
void install_wiping_sqlite_allocator();

}  // namespace livecert::store::sqlite
