#include "edge/drivers/folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/random.h>
#include <system_error>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"

namespace livecert::edge {
namespace {

using base::Result;

constexpr std::size_t kMaxNameLength = 255;
constexpr std::string_view kTemporaryPrefix = ".livecert-";
constexpr std::string_view kTemporarySuffix = ".tmp";
constexpr std::size_t kTemporaryBytes = 8;

base::Error failed(const std::filesystem::path& path, std::string_view what, int error, std::string_view remedy) {
  std::string message = path.string() + " " + std::string(what) + ": " + std::generic_category().message(error);
  if (!remedy.empty()) message += "; " + std::string(remedy);
  return {base::ErrorCode::kUpstreamFailure, std::move(message)};
}

std::string_view file_remedy(int error) {
  switch (error) {
    case EACCES:
      return "the folder must belong to the user that runs livecert";
    case EROFS:
      return "livecert must be able to write there (under systemd: ReadWritePaths)";
    case EISDIR:
      return "remove the folder of that name";
    case ENOENT:
      return "the folder was removed while livecert worked in it";
    case ELOOP:
      return "it is a symbolic link, which livecert does not follow; remove it";
    default:
      return "";
  }
}

bool is_temporary(std::string_view name) {
  if (!name.starts_with(kTemporaryPrefix) || !name.ends_with(kTemporarySuffix)) return false;
  name.remove_prefix(kTemporaryPrefix.size());
  name.remove_suffix(std::min(kTemporarySuffix.size(), name.size()));
  return name.size() == 2 * kTemporaryBytes && base::parse_hex(name).has_value();
}

// The owner of the folder, and users who may write in it, could replace its files.
Result<void> check_rights(const std::filesystem::path& path, const struct stat& status) {
  if (!is_trusted_owner(status)) {
    return base::Error{base::ErrorCode::kUpstreamFailure,
                       path.string() + " belongs to user " + user_name(status.st_uid) +
                           ", who could exchange its files; it must belong to the user that runs livecert, or to root; "
                           "run: chown " +
                           user_name(::geteuid()) + " " + path.string()};
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return base::Error{base::ErrorCode::kUpstreamFailure,
                       path.string() + " can be written by others than its owner; run: chmod go-w " + path.string()};
  }
  return {};
}

struct CloseListing {
  void operator()(DIR* listing) const { ::closedir(listing); }
};

}  // namespace

bool is_plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= kMaxNameLength &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

Result<Folder> Folder::open(const Place& place) {
  TRY_ASSIGN(const Station station, open_on_the_way(place));
  std::filesystem::path path = place.full();
  TRY(check_rights(path, station.status));
  base::OwnedDescriptor descriptor(::openat(station.descriptor.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.is_open()) return cannot_open(path, errno);
  return Folder(std::move(path), std::move(descriptor));
}

std::string Folder::make_temporary_name() {
  std::array<std::uint8_t, kTemporaryBytes> random{};
  LIVECERT_CHECK(::getrandom(random.data(), random.size(), 0) == static_cast<ssize_t>(random.size()));
  return std::string(kTemporaryPrefix) + base::to_hex(random) + std::string(kTemporarySuffix);
}

Result<void> Folder::rename(const std::string& from, const std::string& to) const {
  LIVECERT_CHECK(is_plain_name(from) && is_plain_name(to));
  if (::renameat(descriptor(), from.c_str(), descriptor(), to.c_str()) != 0) return failure(to, "cannot be replaced");
  return {};
}

Result<void> Folder::remove(const std::string& name) const {
  LIVECERT_CHECK(is_plain_name(name));
  if (::unlinkat(descriptor(), name.c_str(), 0) != 0 && errno != ENOENT) return failure(name, "cannot be removed");
  return {};
}

Result<void> Folder::remove_empty(const std::string& name) const {
  LIVECERT_CHECK(is_plain_name(name));
  if (::unlinkat(descriptor(), name.c_str(), AT_REMOVEDIR) == 0) return {};
  if (errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST) return {};
  return failure(name, "cannot be removed");
}

Result<void> Folder::sync() const {
  if (::fsync(descriptor()) != 0) return failed(path_, "cannot be synced", errno, "");
  return {};
}

std::optional<FileIdentity> Folder::identify(const std::string& name) const {
  struct stat status {};
  if (::fstatat(descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return identity_of(status);
}

FileIdentity identity_of(const struct stat& status) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  FileIdentity identity{status.st_ino, status.st_ctim.tv_sec * kSecond + status.st_ctim.tv_nsec, 14695981039346656037U};
  const auto mix = [&](auto value) {
    identity.rest = (identity.rest ^ static_cast<std::uint64_t>(value)) * 1099511628211U;
  };
  mix(status.st_dev);
  mix(status.st_size);
  mix(status.st_mode);
  mix(status.st_uid);
  mix(status.st_gid);
  mix(status.st_mtim.tv_sec);
  mix(status.st_mtim.tv_nsec);
  return identity;
}

Result<std::vector<std::string>> Folder::names() const {
  // The listing needs its own descriptor, because it moves the position and closes it.
  base::OwnedDescriptor listed(::openat(descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::unique_ptr<DIR, CloseListing> listing(listed.is_open() ? ::fdopendir(listed.get()) : nullptr);
  if (listing == nullptr) return failed(path_, "cannot be listed", errno, "");
  static_cast<void>(listed.release());
  std::vector<std::string> names;
  errno = 0;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the listing is this call's own.
  for (const dirent* entry = ::readdir(listing.get()); entry != nullptr; entry = ::readdir(listing.get())) {
    if (is_plain_name(entry->d_name)) names.emplace_back(entry->d_name);
  }
  if (errno != 0) return failed(path_, "cannot be listed", errno, "");
  return names;
}

Result<void> Folder::sweep() const {
  TRY_ASSIGN(const std::vector<std::string> found, names());
  for (const std::string& name : found) {
    if (is_temporary(name)) TRY(remove(name));
  }
  return {};
}

base::Error Folder::failure(const std::string& name, std::string_view what) const {
  const int error = errno;
  return failed(path_ / name, what, error, file_remedy(error));
}

bool give_to_owner(int descriptor, const FileAccess& access) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return false;
  if (belongs_to_owner(status, access)) return true;
  return ::fchown(descriptor, access.user.value_or(::geteuid()), access.group.value_or(::getegid())) == 0;
}

bool belongs_to_owner(const struct stat& status, const FileAccess& access) {
  return status.st_uid == access.user.value_or(::geteuid()) && status.st_gid == access.group.value_or(::getegid());
}

}  // namespace livecert::edge
