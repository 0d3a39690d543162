#pragma once

#include <filesystem>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

// Small private files, written atomically.
namespace livecert::app {

// Makes the directory, mode 0700, if it is missing. kConfiguration.
[[nodiscard]] base::Result<void> make_private_directory(const std::filesystem::path& directory);

// The directory's own name with this suffix, in the directory's parent.
[[nodiscard]] std::filesystem::path path_beside(const std::filesystem::path& directory, std::string_view suffix);

// Writes `file` aside (mode 0600), syncs it, and puts it in place with a rename; the directory is synced.
// kConfiguration.
[[nodiscard]] base::Result<void> write_private_file(const std::filesystem::path& file, base::ByteView content);
// Whether the file exists with that content.
[[nodiscard]] bool holds(const std::filesystem::path& file, base::ByteView content);
// The two halves of write_private_file(), for content that must be safe before something else happens, and visible
// after it.
[[nodiscard]] base::Result<void> write_aside(const std::filesystem::path& file, base::ByteView content);
[[nodiscard]] base::Result<void> put_in_place(const std::filesystem::path& file);
[[nodiscard]] std::filesystem::path aside_name(const std::filesystem::path& file);

// For a small file that is made at each start, also on a disk that is full by then: its block is kept under the aside
// name while it is not there. Failures to keep it are none. The first takes a block when none is kept yet, and may be
// called for a directory that another process uses; the second takes the file away.
void keep_room(const std::filesystem::path& file);
void take_away(const std::filesystem::path& file);
// As write_private_file(), in the block that is kept.
[[nodiscard]] base::Result<void> write_in_kept_room(const std::filesystem::path& file, base::ByteView content);

}  // namespace livecert::app
