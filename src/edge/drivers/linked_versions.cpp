#include "edge/drivers/linked_versions.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "domain/live_domain.h"

namespace livecert::edge {
namespace {

using base::Result;

constexpr const char* kVersionsFolder = ".versions";
constexpr std::string_view kTargetPrefix = ".versions/";
// Users who may read a file in it can reach that file, but cannot list the folder.
constexpr mode_t kSubfolderMode = 0711;
// The time that a reader who followed a link may need for the files behind it.
constexpr auto kReadingTime = std::chrono::seconds(10);

Result<void> make_subfolder(const Place& parent, const std::string& name) {
  TRY_ASSIGN(const Folder folder, Folder::open(parent));
  if (::mkdirat(folder.descriptor(), name.c_str(), S_IRWXU) != 0) {
    if (errno == EEXIST) return {};
    return folder.failure(name, "cannot be created");
  }
  // The process's umask would cut the mode if mkdirat() got it.
  TRY_ASSIGN(const Folder made, Folder::open(parent / name));
  if (::fchmod(made.descriptor(), kSubfolderMode) != 0) return folder.failure(name, "cannot be given its mode");
  return folder.sync();
}

}  // namespace

Place LinkedVersions::versions() const {
  return folder_ / kVersionsFolder;
}

std::string LinkedVersions::name_of(const Order& order) const {
  return std::string(order.domain) + "-" + order.version.to_string() + shape_.suffix;
}

std::optional<std::string> LinkedVersions::domain_of(std::string_view version) const {
  if (!version.ends_with(shape_.suffix)) return std::nullopt;
  version.remove_suffix(shape_.suffix.size());
  const std::size_t hyphen = version.rfind('-');
  if (hyphen == std::string_view::npos || !base::CertId::parse(version.substr(hyphen + 1))) return std::nullopt;
  const auto domain = domain::DomainName::parse(version.substr(0, hyphen));
  if (!domain || *domain != version.substr(0, hyphen)) return std::nullopt;
  return std::string(domain->view());
}

bool LinkedVersions::is_version(std::string_view name) const {
  return domain_of(name).has_value();
}

std::optional<std::string> LinkedVersions::read_link(const Folder& folder, const std::string& name) const {
  std::array<char, 512> target{};
  const ssize_t size = ::readlinkat(folder.descriptor(), name.c_str(), target.data(), target.size());
  if (size < 0) return std::nullopt;
  const std::string_view text(target.data(), static_cast<std::size_t>(size));
  if (!text.starts_with(kTargetPrefix) || !is_version(text.substr(kTargetPrefix.size()))) return std::nullopt;
  return std::string(text.substr(kTargetPrefix.size()));
}

Result<void> LinkedVersions::prepare() {
  TRY(make_subfolder(folder_, kVersionsFolder));
  if (is_swept_) return {};
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  TRY(folder.sweep());
  TRY(remove_unlinked());
  is_swept_ = true;
  return {};
}

Result<void> LinkedVersions::make_folder(const std::string& version) {
  return make_subfolder(versions(), version);
}

Result<void> LinkedVersions::link(const std::string& name, const std::string& version) {
  LIVECERT_CHECK(is_plain_name(name) && is_plain_name(version));
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  const std::optional<std::string> former = read_link(folder, name);
  const std::string aside = Folder::make_temporary_name();
  const std::string target = std::string(kTargetPrefix) + version;
  if (::symlinkat(target.c_str(), folder.descriptor(), aside.c_str()) != 0) {
    return folder.failure(name, "cannot be linked");
  }
  if (auto done = folder.rename(aside, name); !done) {
    static_cast<void>(folder.remove(aside));
    return std::move(done).error();
  }
  // A retired version may be linked again.
  std::erase_if(retired_, [&](const Retired& retired) { return retired.version == version; });
  if (former && former != version) retired_.push_back({name, *former, clock_->steady_now() + kReadingTime});
  static_cast<void>(see(folder, name, version));
  return folder.sync();
}

bool LinkedVersions::is_linked(const std::string& name, const std::string& version) {
  const auto folder = Folder::open(folder_);
  if (!folder) return false;
  return see(*folder, name, version);
}

// Remembers the link, if it leads to the version.
bool LinkedVersions::see(const Folder& folder, const std::string& name, const std::string& version) {
  // Before it is read: a change after this shows in the next look.
  const auto identity = folder.identify(name);
  const bool is_linked = identity && read_link(folder, name) == version;
  if (is_linked) {
    seen_[name] = *identity;
  } else {
    seen_.erase(name);
  }
  return is_linked;
}

std::vector<std::string> LinkedVersions::find_touched() {
  const FolderWatch::Touched touched = watch_.take(folder_, clock_->steady_now());
  std::vector<std::string> names;
  if (!touched.everything && touched.names.empty()) return names;
  const auto folder = Folder::open(folder_);
  for (const auto& [name, identity] : seen_) {
    if (!touched.everything && !touched.names.contains(name)) continue;
    if (!folder || folder->identify(name) != identity) names.push_back(name);
  }
  return names;
}

Result<std::vector<std::string>> LinkedVersions::unlink(const std::string& name) {
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  std::vector<std::string> versions;
  if (auto linked = read_link(folder, name)) versions.push_back(*std::move(linked));
  TRY(folder.remove(name));
  seen_.erase(name);
  TRY(folder.sync());
  // take_disused() may never be called again when nothing is left to serve.
  for (const Retired& retired : retired_) {
    if (retired.name == name) versions.push_back(retired.version);
  }
  std::erase_if(retired_, [&](const Retired& retired) { return retired.name == name; });
  return versions;
}

std::vector<std::string> LinkedVersions::take_disused() {
  const base::SteadyTime now = clock_->steady_now();
  std::vector<std::string> disused;
  while (!retired_.empty() && retired_.front().until <= now) {
    disused.push_back(std::move(retired_.front().version));
    retired_.erase(retired_.begin());
  }
  return disused;
}

void LinkedVersions::retire_again(std::string version) {
  retired_.push_back({{}, std::move(version), clock_->steady_now() + kReadingTime});
}

Result<void> LinkedVersions::remove(const std::string& version) const {
  LIVECERT_CHECK(is_version(version));
  TRY_ASSIGN(const Folder folder, Folder::open(versions()));
  if (shape_.files.empty()) return folder.remove(version);
  struct stat status {};
  if (::fstatat(folder.descriptor(), version.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    return folder.failure(version, "cannot be removed");
  }
  if (!S_ISDIR(status.st_mode)) return folder.remove(version);
  TRY(empty_folder(version));
  return folder.remove_empty(version);
}

Result<void> LinkedVersions::empty_folder(const std::string& version) const {
  TRY_ASSIGN(const Folder folder, Folder::open(versions() / version));
  for (const std::string& file : shape_.files) TRY(folder.remove(file));
  return folder.sweep();
}

Result<void> LinkedVersions::remove_unlinked() {
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  TRY_ASSIGN(const std::vector<std::string> names, folder.names());
  std::set<std::string> linked;
  for (const std::string& name : names) {
    if (auto version = read_link(folder, name)) linked.insert(*std::move(version));
  }
  TRY_ASSIGN(const Folder version_folder, Folder::open(versions()));
  TRY(version_folder.sweep());
  TRY_ASSIGN(const std::vector<std::string> made, version_folder.names());
  for (const std::string& version : made) {
    if (is_version(version) && !linked.contains(version)) TRY(remove(version));
  }
  return {};
}

}  // namespace livecert::edge
