#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>

// Tells whether users other than the owner can use files on disk.
namespace livecert::base {

// A credential handed over by the service manager is read-only and may carry an ACL, which shows as the group's bits
// (systemd.exec(5), "Credentials").
enum class MayBeCredential : std::uint8_t { kNo, kYes };

// nullopt if the file does not exist, or if only its owner may read or write it and the owner is this process's user or
// root. Otherwise the rest of a sentence about the file, with the command that repairs it.
[[nodiscard]] std::optional<std::string> tell_if_not_private(const std::filesystem::path& file,
                                                             MayBeCredential may_be_credential = MayBeCredential::kNo);

// Whether the mode of a file lets users other than the owner use it.
[[nodiscard]] bool is_open_to_others(mode_t mode, MayBeCredential may_be_credential);

// nullopt if only its owner may write to the directory and the owner is this process's user or root, so that others
// cannot replace its files. Otherwise as above.
[[nodiscard]] std::optional<std::string> tell_if_others_write(const std::filesystem::path& directory);

}  // namespace livecert::base
