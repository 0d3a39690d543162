#pragma once

#include <filesystem>
#include <string>

// Reads the SQLite file from outside, without the adapter's code.
namespace livecert::store::testing {

// Empty when the file is sound and nothing in it is half written; otherwise the fault. The store must be closed.
[[nodiscard]] std::string inspect(const std::filesystem::path& directory);

// Runs SQL on the file, which is made if there is none, and returns the first column of the first row.
std::string run_sql(const std::filesystem::path& file, const std::string& sql);

// Copies the database and its log as they are on the disk now, as a process that ended this moment would leave them.
void copy_store(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace livecert::store::testing
