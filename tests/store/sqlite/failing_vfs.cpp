#include "store/sqlite/failing_vfs.h"

#include <algorithm>
#include <new>
#include <pthread.h>

namespace livecert::store::testing {

// SQLite sees the base; the default VFS's own file comes after this one in the memory that SQLite provides.
struct FailingFile : sqlite3_file {
  FailingVfs* owner;
  bool is_database;
  DiskModel* watcher;
  const char* path;  // SQLite's own, valid until the file is closed

  [[nodiscard]] sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  template <auto operation, typename... Arguments>
  void tell(Arguments... arguments) const {
    if (watcher != nullptr) (watcher->*operation)(path, arguments...);
  }
  static FailingFile& of(sqlite3_file* file) { return *static_cast<FailingFile*>(file); }
  static const sqlite3_io_methods& methods_of(sqlite3_file* file) { return *of(file).inner()->pMethods; }

  static int close(sqlite3_file* file) { return methods_of(file).xClose(of(file).inner()); }
  static int read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
    return methods_of(file).xRead(of(file).inner(), data, size, offset);
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    using Operation = FailingVfs::Operation;
    FailingVfs& owner = *of(file).owner;
    of(file).tell<&DiskModel::written>(std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(size)),
                                       static_cast<std::size_t>(offset));
    if (of(file).is_database) {
      ++owner.unsynchronised_;
      owner.remember(of(file).inner(), size, offset);
    }
    if (!owner.must_fail(false, of(file).is_database))
      return methods_of(file).xWrite(of(file).inner(), data, size, offset);
    if (owner.operation_ == Operation::kTornWrite) methods_of(file).xWrite(of(file).inner(), data, size / 2, offset);
    return owner.operation_ == Operation::kFullDisk ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    of(file).tell<&DiskModel::truncated>(static_cast<std::size_t>(size));
    return methods_of(file).xTruncate(of(file).inner(), size);
  }
  static int sync(sqlite3_file* file, int) {
    if (of(file).owner->must_fail(true, of(file).is_database)) {
      if (of(file).is_database) of(file).owner->lose_unsynchronised(of(file).inner());
      return SQLITE_IOERR_FSYNC;
    }
    of(file).tell<&DiskModel::synchronised>();
    if (of(file).is_database) of(file).owner->note_database_sync();
    return SQLITE_OK;
  }
  static int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return methods_of(file).xFileSize(of(file).inner(), size);
  }
  static int lock(sqlite3_file* file, int level) { return methods_of(file).xLock(of(file).inner(), level); }
  static int unlock(sqlite3_file* file, int level) { return methods_of(file).xUnlock(of(file).inner(), level); }
  static int check_lock(sqlite3_file* file, int* held) {
    return methods_of(file).xCheckReservedLock(of(file).inner(), held);
  }
  static int control(sqlite3_file* file, int operation, void* argument) {
    return methods_of(file).xFileControl(of(file).inner(), operation, argument);
  }
  static int sector_size(sqlite3_file* file) { return methods_of(file).xSectorSize(of(file).inner()); }
  static int characteristics(sqlite3_file* file) { return methods_of(file).xDeviceCharacteristics(of(file).inner()); }
  static int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
    return methods_of(file).xShmMap(of(file).inner(), page, size, extend, memory);
  }
  static int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return methods_of(file).xShmLock(of(file).inner(), offset, count, flags);
  }
  static void shm_barrier(sqlite3_file* file) { methods_of(file).xShmBarrier(of(file).inner()); }
  static int shm_unmap(sqlite3_file* file, int remove) { return methods_of(file).xShmUnmap(of(file).inner(), remove); }
};

namespace {

// Version 2 is the one with shared memory, which the write-ahead log needs.
constexpr sqlite3_io_methods kMethods{2,
                                      FailingFile::close,
                                      FailingFile::read,
                                      FailingFile::write,
                                      FailingFile::truncate,
                                      FailingFile::sync,
                                      FailingFile::file_size,
                                      FailingFile::lock,
                                      FailingFile::unlock,
                                      FailingFile::check_lock,
                                      FailingFile::control,
                                      FailingFile::sector_size,
                                      FailingFile::characteristics,
                                      FailingFile::shm_map,
                                      FailingFile::shm_lock,
                                      FailingFile::shm_barrier,
                                      FailingFile::shm_unmap,
                                      nullptr,
                                      nullptr};

}  // namespace

// Everything but opening is the default VFS's own; it finds its data in the copied structure.
FailingVfs::FailingVfs()
    : inner_(sqlite3_vfs_find(nullptr)), name_("failing-" + std::to_string(reinterpret_cast<std::uintptr_t>(this))) {
  vfs_ = *inner_;
  vfs_.szOsFile = static_cast<int>(sizeof(FailingFile)) + inner_->szOsFile;
  vfs_.zName = name_.c_str();
  vfs_.pNext = nullptr;
  vfs_.xOpen = open;
  sqlite3_vfs_register(&vfs_, 0);
}

FailingVfs::~FailingVfs() {
  sqlite3_vfs_unregister(&vfs_);
}

int FailingVfs::open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  // vfs_ is a member: its name leads back to the object that holds it.
  auto* owner = reinterpret_cast<FailingVfs*>(std::stoull(std::string(vfs->zName).substr(8)));
  DiskModel* const watcher = path == nullptr ? nullptr : owner->watcher_.load();
  if (watcher != nullptr) watcher->opened(path);
  auto* failing = new (file) FailingFile{{nullptr}, owner, (flags & SQLITE_OPEN_MAIN_DB) != 0, watcher, path};
  const int code = owner->inner_->xOpen(owner->inner_, path, failing->inner(), flags, out_flags);
  if (code == SQLITE_OK) failing->pMethods = &kMethods;
  return code;
}

void FailingVfs::fail(Operation operation, int n, Duration duration) {
  operation_ = operation;
  duration_ = duration;
  remaining_ = n;
  failed_ = false;
  armed_ = true;
}

bool FailingVfs::must_fail(bool is_sync, bool is_database) {
  const bool fails_syncs = operation_ == Operation::kSync || operation_ == Operation::kDatabaseSync;
  if (!armed_ || is_sync != fails_syncs) return false;
  const bool only_databases = operation_ == Operation::kDatabaseSync || operation_ == Operation::kDatabaseWrite;
  if (only_databases && !is_database) return false;
  const int left = --remaining_;
  if (left > 0 || (left < 0 && duration_ == Duration::kOnce)) return false;
  failed_ = true;
  return true;
}

void FailingVfs::note_database_sync() {
  char thread[16] = "";
  ::pthread_getname_np(::pthread_self(), thread, sizeof thread);
  const int writes = unsynchronised_.exchange(0);
  const std::lock_guard lock(mutex_);
  before_.clear();
  int& most = most_synchronised_[thread];
  most = std::max(most, writes);
}

// Pages are written whole, so their offsets identify them. Beyond the end of the file there were zeros.
void FailingVfs::remember(sqlite3_file* file, int size, sqlite3_int64 offset) {
  if (operation_ != Operation::kDatabaseSync || !armed_) return;
  const std::lock_guard lock(mutex_);
  const auto [page, is_new] = before_.try_emplace(offset, static_cast<std::size_t>(size), '\0');
  if (is_new) file->pMethods->xRead(file, page->second.data(), size, offset);
}

void FailingVfs::lose_unsynchronised(sqlite3_file* file) {
  const std::lock_guard lock(mutex_);
  for (const auto& [offset, bytes] : before_) {
    file->pMethods->xWrite(file, bytes.data(), static_cast<int>(bytes.size()), offset);
  }
  before_.clear();
}

void FailingVfs::forget_synchronised() {
  unsynchronised_ = 0;
  const std::lock_guard lock(mutex_);
  most_synchronised_.clear();
}

int FailingVfs::most_synchronised_by(const std::string& thread) const {
  const std::lock_guard lock(mutex_);
  const auto found = most_synchronised_.find(thread);
  return found == most_synchronised_.end() ? 0 : found->second;
}

}  // namespace livecert::store::testing
