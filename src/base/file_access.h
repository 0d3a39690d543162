#pragma once

#include <filesystem>
#include <optional>
#include <string>

// Who but its owner may use what lies on the disk.
namespace livecert::base {

// Of a file that nobody but its owner may read or write, and the owner is this process's user or root: nullopt when
// that is so, or when there is no such file. Otherwise the rest of a sentence about it, with the command that mends it.
[[nodiscard]] std::optional<std::string> tell_if_not_private(const std::filesystem::path& file);

// Of a directory whose files others could exchange: nullopt when nobody but its owner may write to it, and the owner is
// this process's user or root. Otherwise as above.
[[nodiscard]] std::optional<std::string> tell_if_others_write(const std::filesystem::path& directory);

}  // namespace livecert::base
