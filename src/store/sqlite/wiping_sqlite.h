#pragma once

namespace livecert::store::sqlite {

// Makes SQLite overwrite every piece of memory before it gives it back: copies of bound values, and pages of temporary
// tables that hold them. To be called once, before anything uses SQLite; the process aborts when it is too late.
void install_wiping_sqlite_allocator();

}  // namespace livecert::store::sqlite
