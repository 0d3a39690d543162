#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include <sqlite3.h>

#include "store/sqlite/disk_model.h"

namespace livecert::store::testing {

// A SQLite VFS over the default one whose n-th write or sync fails, whatever file it is for. The others succeed, and
// syncs do nothing: a test that cuts the power uses a DiskModel. Registered while it lives; callable from every thread.
class FailingVfs {
 public:
  enum class Operation : std::uint8_t {
    kWrite,      // nothing is written
    kTornWrite,  // half of the bytes are written
    kSync,       // nothing is synchronised
    // Counting only those of databases:
    kDatabaseWrite,
    kDatabaseSync,  // and everything written since the last one is lost, as Linux may then forget it
    kFullDisk,      // the same with writes too, but as SQLITE_FULL
  };
  enum class Duration : std::uint8_t { kOnce, kFromThenOn };

  FailingVfs();
  FailingVfs(const FailingVfs&) = delete;
  FailingVfs& operator=(const FailingVfs&) = delete;
  ~FailingVfs();

  [[nodiscard]] const std::string& name() const { return name_; }

  // Counts from now on: the n-th operation is the first that fails.
  void fail(Operation operation, int n, Duration duration);
  void stop_failing() { armed_ = false; }
  [[nodiscard]] bool has_failed() const { return failed_; }
  // Tells `disk`, which must outlive them, about the operations on files that are opened from now on. Null: tells none.
  // Not together with fail().
  void watch(DiskModel* disk) { watcher_ = disk; }
  // The most writes to a database file that a synchronisation on threads of that name found since the one before it.
  [[nodiscard]] int most_synchronised_by(const std::string& thread) const;
  void forget_synchronised();
  // The writes to database files since the last successful synchronisation of one.
  [[nodiscard]] int unsynchronised() const { return unsynchronised_; }

 private:
  friend struct FailingFile;
  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags);
  [[nodiscard]] bool must_fail(bool is_sync, bool is_database);
  void note_database_sync();
  // Both are for a database file: before it is written, and when its synchronisation fails.
  void remember(sqlite3_file* file, int size, sqlite3_int64 offset);
  void lose_unsynchronised(sqlite3_file* file);

  sqlite3_vfs* inner_;
  std::string name_;
  sqlite3_vfs vfs_;
  std::atomic<bool> armed_ = false;
  std::atomic<bool> failed_ = false;
  std::atomic<Operation> operation_ = Operation::kWrite;
  std::atomic<Duration> duration_ = Duration::kOnce;
  std::atomic<int> remaining_ = 0;
  std::atomic<DiskModel*> watcher_ = nullptr;
  std::atomic<int> unsynchronised_ = 0;  // writes to database files
  mutable std::mutex mutex_;
  std::map<sqlite3_int64, std::string> before_;   // by offset, what was there at the last synchronisation
  std::map<std::string, int> most_synchronised_;  // by thread
};

}  // namespace livecert::store::testing
