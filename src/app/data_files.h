#pragma once

#include <filesystem>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

// Small private files that are whole or not there.
namespace livecert::app {

// Makes the directory, mode 0700, if it is missing. kConfiguration.
[[nodiscard]] base::Result<void> make_private_directory(const std::filesystem::path& directory);

// Writes `file` aside (mode 0600), syncs it, and puts it in place with a rename; the directory is synced.
// kConfiguration.
[[nodiscard]] base::Result<void> write_private_file(const std::filesystem::path& file, base::ByteView content);
// The two halves of it, for content that must be safe before something else happens and visible after it.
[[nodiscard]] base::Result<void> write_aside(const std::filesystem::path& file, base::ByteView content);
[[nodiscard]] base::Result<void> put_in_place(const std::filesystem::path& file);
[[nodiscard]] std::filesystem::path aside_name(const std::filesystem::path& file);

}  // namespace livecert::app
