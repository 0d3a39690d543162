#include "edge/linked_versions.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <string_view>
#include <system_error>
#include <unistd.h>

#include <climits>

#include "base/check.h"
#include "edge/folder.h"

namespace livecert::edge {
namespace {

using base::Result;

constexpr const char* kVersions = ".versions";
constexpr std::string_view kTargetPrefix = ".versions/";
// Whoever may read a file in it may reach it; nobody else can list it.
constexpr mode_t kVersionsMode = 0711;

// nullopt when the name is no link into the subfolder.
std::optional<std::string> read_link(int folder, const std::string& name) {
  std::array<char, PATH_MAX> target{};
  const ssize_t size = ::readlinkat(folder, name.c_str(), target.data(), target.size());
  if (size < 0) return std::nullopt;
  const std::string_view text(target.data(), static_cast<std::size_t>(size));
  if (!text.starts_with(kTargetPrefix) || !is_plain_name(text.substr(kTargetPrefix.size()))) return std::nullopt;
  return std::string(text.substr(kTargetPrefix.size()));
}

}  // namespace

std::filesystem::path LinkedVersions::versions() const {
  return folder_ / kVersions;
}

Result<void> LinkedVersions::prepare() {
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  if (::mkdirat(folder.descriptor(), kVersions, S_IRWXU) == 0) {
    // By itself the mode would be cut by the mask of the process.
    if (::fchmodat(folder.descriptor(), kVersions, kVersionsMode, 0) != 0) {
      return folder.failure(kVersions, "cannot be given its mode");
    }
  } else if (errno != EEXIST) {
    return folder.failure(kVersions, "cannot be created");
  }
  if (is_swept_) return {};
  TRY(folder.sweep());
  TRY(remove_unlinked());
  is_swept_ = true;
  return {};
}

Result<std::optional<std::string>> LinkedVersions::link(const std::string& name, const std::string& version) {
  LIVECERT_CHECK(is_plain_name(name) && is_plain_name(version));
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  std::optional<std::string> former = read_link(folder.descriptor(), name);
  const std::string aside = Folder::make_temporary_name();
  const std::string target = std::string(kTargetPrefix) + version;
  if (::symlinkat(target.c_str(), folder.descriptor(), aside.c_str()) != 0) {
    return folder.failure(name, "cannot be linked");
  }
  if (auto done = folder.rename(aside, name); !done) {
    static_cast<void>(folder.remove(aside));
    return std::move(done).error();
  }
  TRY(folder.sync());
  return former == version ? std::nullopt : std::move(former);
}

bool LinkedVersions::is_linked(const std::string& name, const std::string& version) const {
  return read_link(AT_FDCWD, folder_ / name) == version;
}

Result<std::optional<std::string>> LinkedVersions::unlink(const std::string& name) {
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  std::optional<std::string> former = read_link(folder.descriptor(), name);
  TRY(folder.remove(name));
  TRY(folder.sync());
  return former;
}

Result<void> LinkedVersions::remove(const std::string& version) {
  LIVECERT_CHECK(is_plain_name(version));
  std::error_code failure;
  std::filesystem::remove_all(versions() / version, failure);
  if (!failure) return {};
  return base::Error{base::ErrorCode::kUpstreamFailure,
                     (versions() / version).string() + " cannot be removed: " + failure.message()};
}

Result<void> LinkedVersions::remove_unlinked() {
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  TRY_ASSIGN(const std::vector<std::string> names, folder.names());
  std::set<std::string> linked;
  for (const std::string& name : names) {
    if (auto version = read_link(folder.descriptor(), name)) linked.insert(*std::move(version));
  }
  TRY_ASSIGN(const Folder version_folder, Folder::open(versions()));
  TRY_ASSIGN(const std::vector<std::string> made, version_folder.names());
  for (const std::string& version : made) {
    if (!linked.contains(version)) TRY(remove(version));
  }
  return {};
}

}  // namespace livecert::edge
