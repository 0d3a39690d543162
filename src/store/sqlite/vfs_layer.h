#pragma once

#include <list>
#include <mutex>
#include <new>
#include <string>

#include <sqlite3.h>

namespace livecert::store::sqlite {

// A file of an SQLite VFS over a file of another one. SQLite provides the memory of both: the inner file comes after
// this one. Derived is made without arguments and is destroyed when the file is closed; it has
//   kOpenFlag                        the kind of files that are its own, SQLITE_OPEN_WAL for one; others are untouched
//   static const sqlite3_io_methods* methods()
template <typename Derived>
struct LayeredFile : sqlite3_file {
  static Derived& of(sqlite3_file* file) { return *static_cast<Derived*>(file); }
  [[nodiscard]] sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(static_cast<Derived*>(this) + 1); }

  // Calls the inner file's method.
  template <auto method, typename... Arguments>
  static auto pass_on(sqlite3_file* file, Arguments... arguments) {
    sqlite3_file* const inner = of(file).inner();
    return (inner->pMethods->*method)(inner, arguments...);
  }
  static int close(sqlite3_file* file) {
    sqlite3_file* const inner = of(file).inner();
    of(file).~Derived();
    return inner->pMethods->xClose(inner);
  }
};

namespace detail {

// Everything except opening is the inner VFS's own code, which finds its data in the copied structure.
struct LayerVfs : sqlite3_vfs {
  sqlite3_vfs* inner;
  std::string name;
};

template <typename File>
int open_layered(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* const inner = static_cast<LayerVfs*>(vfs)->inner;
  if ((flags & File::kOpenFlag) == 0) return inner->xOpen(inner, path, file, flags, out_flags);
  static_assert(alignof(File) <= 8 && sizeof(File) % 8 == 0,
                "SQLite's memory is aligned to 8, and the inner file behind");
  File* opened = nullptr;
  try {
    opened = new (file) File;
  } catch (const std::bad_alloc&) {  // must not cross SQLite
    file->pMethods = nullptr;
    return SQLITE_NOMEM;
  }
  const int code = inner->xOpen(inner, path, opened->inner(), flags, out_flags);
  if (code != SQLITE_OK) opened->~File();
  // Without methods, SQLite does not close the file.
  file->pMethods = code == SQLITE_OK ? File::methods() : nullptr;
  return code;
}

}  // namespace detail

// The name of the VFS with `File` over `inner` (empty: the default one). It begins with `prefix` and is registered at
// the first call for it. Callable from any thread.
template <typename File>
[[nodiscard]] std::string layer_over(const std::string& inner, const std::string& prefix) {
  static std::mutex mutex;
  // Registered for the life of the process: SQLite may still refer to them.
  static std::list<detail::LayerVfs> registered;
  const std::lock_guard lock(mutex);
  sqlite3_vfs* const found = sqlite3_vfs_find(inner.empty() ? nullptr : inner.c_str());
  if (found == nullptr) return inner;  // opening will say so
  std::string name = prefix + found->zName;
  if (sqlite3_vfs_find(name.c_str()) != nullptr) return name;
  detail::LayerVfs& made = registered.emplace_back();
  static_cast<sqlite3_vfs&>(made) = *found;
  made.inner = found;
  made.name = name;
  made.szOsFile = static_cast<int>(sizeof(File)) + found->szOsFile;
  made.zName = made.name.c_str();
  made.pNext = nullptr;
  made.xOpen = detail::open_layered<File>;
  sqlite3_vfs_register(&made, 0);
  return name;
}

}  // namespace livecert::store::sqlite
