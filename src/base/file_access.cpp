#include "base/file_access.h"

#include <sys/stat.h>
#include <unistd.h>

namespace livecert::base {

std::optional<std::string> tell_if_not_private(const std::filesystem::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0 || (facts.st_mode & (S_IRWXG | S_IRWXO)) == 0) return std::nullopt;
  return "is accessible to others than its owner; run: chmod 600 " + file.string();
}

std::optional<std::string> tell_if_others_write(const std::filesystem::path& directory) {
  struct stat facts {};
  if (::stat(directory.c_str(), &facts) != 0) return std::nullopt;
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return "may be written to by others than its owner; run: chmod go-w " + directory.string();
  }
  const uid_t self = ::geteuid();
  if (facts.st_uid != self && facts.st_uid != 0 && self != 0) {
    return "belongs to another user; run: chown " + std::to_string(self) + " " + directory.string();
  }
  return std::nullopt;
}

}  // namespace livecert::base
