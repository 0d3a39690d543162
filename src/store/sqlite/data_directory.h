#pragma once

#include <filesystem>

#include "base/result.h"

namespace livecert::store::sqlite {

// The data directory, held by one process: whoever has this object may open the store in it. The lock goes with the
// process, however it ends.
class DataDirectory {
 public:
  // Refuses a directory that is missing, that others may write to, or that another process holds, each with a sentence
  // for the operator. kConfiguration.
  [[nodiscard]] static base::Result<DataDirectory> lock(const std::filesystem::path& directory);

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&& other) noexcept;
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;
  ~DataDirectory();

  // The store's file in a data directory, whether it is there or not.
  [[nodiscard]] static std::filesystem::path database_file(const std::filesystem::path& directory) {
    return directory / "livecert.db";
  }
  [[nodiscard]] std::filesystem::path database_file() const { return database_file(directory_); }

  // An empty database file, readable and writable by its owner only; SQLite gives its side files the same mode. Leaves
  // a file that is there alone.
  [[nodiscard]] base::Result<void> create_database_file() const;

 private:
  DataDirectory(std::filesystem::path directory, int lock) : directory_(std::move(directory)), lock_(lock) {}

  std::filesystem::path directory_;
  int lock_;  // an open file, or -1 after a move
};

}  // namespace livecert::store::sqlite
