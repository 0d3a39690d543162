#pragma once

#include <filesystem>
#include <optional>

#include "base/owned_descriptor.h"
#include "base/result.h"

namespace livecert::store::sqlite {

// The data directory, locked by one process: the owner of this object may open the store in it. The locks end with the
// process, however it ends.
//
// The file `lock` is locked and names the process. A user who may write to the directory can remove or replace it, so
// the database itself is locked too, whatever its name.
class DataDirectory {
 public:
  // Refuses a directory that is missing, that others may write to or that another process holds, and a store that
  // others may read or write, each with a sentence for the operator. kConfiguration.
  [[nodiscard]] static base::Result<DataDirectory> lock(const std::filesystem::path& directory);

  // The path of the store's file in a data directory, whether it exists or not.
  [[nodiscard]] static std::filesystem::path database_file(const std::filesystem::path& directory) {
    return directory / "livecert.db";
  }
  [[nodiscard]] std::filesystem::path database_file() const { return database_file(directory_); }

  // Makes an empty database file if there is none, which only its owner can read and write (SQLite gives its other
  // files the same mode), and locks it. kConfiguration when another process holds it.
  //
  // Call it before SQLite opens the database. This object must outlive all of SQLite's connections: closing any
  // descriptor of a file ends SQLite's own locks on it (fcntl(2), "advisory record locking").
  [[nodiscard]] base::Result<void> hold_database();

  // Call it when a synchronisation of the database failed: pages that SQLite counts as copied may be lost, and only the
  // log still holds them. Keeps the log under a second name, `sync-failed`, because a program that has the database
  // open deletes the first name when it closes it: by its count everything was copied. Error: kStoreFailure.
  [[nodiscard]] base::Result<void> keep_log_after_failed_sync() const;
  // Call it before anything reads the database. Without that file it does nothing. kConfiguration while another program
  // has the database open, and when the log is lost. Otherwise the log has its name again, and SQLite copies all of it.
  [[nodiscard]] base::Result<void> restore_log_after_failed_sync() const;
  // Removes the second name, because the log was copied and synchronised since.
  void forget_failed_sync() const;
  // Whether a log is kept under the second name.
  [[nodiscard]] static bool keeps_log(const std::filesystem::path& directory);

 private:
  [[nodiscard]] std::filesystem::path log_file() const { return database_file().string() + "-wal"; }
  [[nodiscard]] static std::filesystem::path kept_log(const std::filesystem::path& directory) {
    return directory / "sync-failed";
  }
  [[nodiscard]] std::filesystem::path kept_log() const { return kept_log(directory_); }

  DataDirectory(std::filesystem::path directory, base::OwnedDescriptor lock)
      : directory_(std::move(directory)), lock_(std::move(lock)) {}

  std::filesystem::path directory_;
  base::OwnedDescriptor lock_;
  std::optional<base::OwnedDescriptor> database_;
};

}  // namespace livecert::store::sqlite
