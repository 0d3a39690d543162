#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/result.h"

// Small private files, written atomically.
namespace livecert::app {

// Makes the directory, mode 0700, if it is missing. kConfiguration.
[[nodiscard]] base::Result<void> make_private_directory(const std::filesystem::path& directory);

// The directory's path with this suffix appended to its name.
[[nodiscard]] std::filesystem::path path_beside(const std::filesystem::path& directory, std::string_view suffix);

struct FileOwner {
  uid_t user;
  gid_t group;
};

// Writes `file` under another name (mode 0600), syncs it, renames it, and syncs the directory. If there is an owner,
// the file is theirs before it has its name: whoever may write in the directory cannot put another file in its place
// that root would give away. kConfiguration.
[[nodiscard]] base::Result<void> write_private_file(const std::filesystem::path& file, base::ByteView content,
                                                    const std::optional<FileOwner>& owner = std::nullopt);
// Whether the file exists with that content.
[[nodiscard]] bool holds(const std::filesystem::path& file, base::ByteView content);
// The two halves of write_private_file(), for content that must be safe before another step and visible after it.
[[nodiscard]] base::Result<void> write_aside(const std::filesystem::path& file, base::ByteView content,
                                             const std::optional<FileOwner>& owner = std::nullopt);
[[nodiscard]] base::Result<void> put_in_place(const std::filesystem::path& file);
[[nodiscard]] std::filesystem::path aside_name(const std::filesystem::path& file);

// For a small file that each start makes, even on a full disk: while the file does not exist, its block is kept under
// the temporary name. Failures to keep it are ignored. The first takes a block when none is kept yet, and may be called
// for a directory that another process uses; the second removes the file.
void keep_room(const std::filesystem::path& file);
void take_away(const std::filesystem::path& file);
// Like write_private_file(), in the kept block.
[[nodiscard]] base::Result<void> write_in_kept_room(const std::filesystem::path& file, base::ByteView content);

}  // namespace livecert::app
