#include "base/file_access.h"

#include <sys/stat.h>
#include <unistd.h>

namespace livecert::base {

namespace {

// This holds for root too: the other user could replace the file with a link to anything.
std::optional<std::string> tell_if_foreign(const struct stat& facts, const std::filesystem::path& path) {
  const uid_t self = ::geteuid();
  if (facts.st_uid == self || facts.st_uid == 0) return std::nullopt;
  return "belongs to another user (" + std::to_string(facts.st_uid) + "); run livecert as that user, or run: chown " +
         std::to_string(self) + " " + path.string();
}

}  // namespace

bool is_open_to_others(mode_t mode, MayBeCredential may_be_credential) {
  const bool is_credential = may_be_credential == MayBeCredential::kYes && (mode & (S_IWUSR | S_IRWXO)) == 0;
  return (mode & (S_IRWXG | S_IRWXO)) != 0 && !is_credential;
}

std::optional<std::string> tell_if_not_private(const std::filesystem::path& file, MayBeCredential may_be_credential) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return std::nullopt;
  if (is_open_to_others(facts.st_mode, may_be_credential)) {
    return "is accessible to others than its owner; run: chmod 600 " + file.string();
  }
  return tell_if_foreign(facts, file);
}

std::optional<std::string> tell_if_others_write(const std::filesystem::path& directory) {
  struct stat facts {};
  if (::stat(directory.c_str(), &facts) != 0) return std::nullopt;
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return "may be written to by others than its owner; run: chmod go-w " + directory.string();
  }
  return tell_if_foreign(facts, directory);
}

}  // namespace livecert::base
