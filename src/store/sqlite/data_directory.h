#pragma once

#include <array>
#include <cstdint>
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
  // All names that files of one store can have in the directory; the database first. One that stays behind when the
  // others are moved away would be played onto the next database.
  static constexpr std::array kStoreFiles{"livecert.db",         "livecert.db-wal", "livecert.db-shm",
                                          "livecert.db-journal", "sync-failed",     "sync-failed.new",
                                          "sync-failed.database"};

  // Makes an empty database file if there is none, which only its owner can read and write (SQLite gives its other
  // files the same mode), and locks it. kConfiguration when another process holds it.
  //
  // Call it before SQLite opens the database. This object must outlive all of SQLite's connections: closing any
  // descriptor of a file ends SQLite's own locks on it (fcntl(2), "advisory record locking").
  [[nodiscard]] base::Result<void> hold_database();

  // Call it when a synchronisation of the database failed: pages that SQLite counts as copied may be lost, and only the
  // log still holds them. Keeps the log under a second name, `sync-failed`, because a program that has the database
  // open deletes the first name when it closes it: by its count everything was copied. Beside it,
  // `sync-failed.database` tells which database file the log belongs to. Error: kStoreFailure.
  [[nodiscard]] base::Result<void> keep_log_after_failed_sync() const;
  // Call it before anything reads the database. Without that file it does nothing. kConfiguration while another program
  // has the database open, when the log is lost, and when it would be put beside another database than its own.
  // Otherwise the log has its name again, and SQLite copies all of it.
  [[nodiscard]] base::Result<void> restore_log_after_failed_sync() const;
  // For programs that only read the database: call it before they open it. kConfiguration when the database lacks a log
  // that is kept under the second name, or another program than livecert has it open since the failure.
  [[nodiscard]] static base::Result<void> check_log_after_failed_sync(const std::filesystem::path& directory);
  // Removes the second name and the note beside it, because the log was copied and synchronised since.
  void forget_failed_sync() const;
  // Whether a log is kept under the second name.
  [[nodiscard]] static bool keeps_log(const std::filesystem::path& directory);

 private:
  [[nodiscard]] static std::filesystem::path log_file(const std::filesystem::path& directory) {
    return database_file(directory).string() + "-wal";
  }
  [[nodiscard]] std::filesystem::path log_file() const { return log_file(directory_); }
  [[nodiscard]] static std::filesystem::path kept_log(const std::filesystem::path& directory) {
    return directory / "sync-failed";
  }
  [[nodiscard]] static std::filesystem::path note_of_database(const std::filesystem::path& directory) {
    return kept_log(directory).string() + ".database";
  }
  enum class KeptLog : std::uint8_t { kNone, kInPlace, kToPutBack };
  [[nodiscard]] static base::Result<KeptLog> find_kept_log(const std::filesystem::path& directory);
  [[nodiscard]] std::filesystem::path kept_log() const { return kept_log(directory_); }
  void note_database_of_kept_log() const;

  DataDirectory(std::filesystem::path directory, base::OwnedDescriptor lock)
      : directory_(std::move(directory)), lock_(std::move(lock)) {}

  std::filesystem::path directory_;
  base::OwnedDescriptor lock_;
  std::optional<base::OwnedDescriptor> database_;
};

}  // namespace livecert::store::sqlite
