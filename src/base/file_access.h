#pragma once

#include <filesystem>
#include <optional>
#include <string>

// Tells whether users other than the owner can use files on disk.
namespace livecert::base {

// nullopt if the file does not exist, or if only its owner may read or write it and the owner is this process's user or
// root. Otherwise the rest of a sentence about the file, with the command that repairs it.
[[nodiscard]] std::optional<std::string> tell_if_not_private(const std::filesystem::path& file);

// nullopt if only its owner may write to the directory and the owner is this process's user or root, so that others
// cannot replace its files. Otherwise as above.
[[nodiscard]] std::optional<std::string> tell_if_others_write(const std::filesystem::path& directory);

}  // namespace livecert::base
