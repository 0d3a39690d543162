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
  const std::string name = order.version.to_string() + shape_.suffix;
  return shape_.is_shared ? name : std::string(order.domain) + "-" + name;
}

bool LinkedVersions::is_version(std::string_view name) const {
  if (!name.ends_with(shape_.suffix)) return false;
  name.remove_suffix(shape_.suffix.size());
  if (shape_.is_shared && base::CertId::parse(name)) return true;
  const std::size_t hyphen = name.rfind('-');
  if (hyphen == std::string_view::npos || !base::CertId::parse(name.substr(hyphen + 1))) return false;
  const auto domain = domain::DomainName::parse(name.substr(0, hyphen));
  return domain && *domain == name.substr(0, hyphen);
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
  const Link link{name, version};
  return std::move(link_all({&link, 1}).front());
}

std::vector<Result<void>> LinkedVersions::link_all(std::span<const Link> links) {
  const auto folder = Folder::open(folder_);
  if (!folder) return {links.size(), Result<void>(folder.error())};
  std::vector<Result<void>> results;
  results.reserve(links.size());
  std::set<std::string_view> linked;
  for (const Link& link : links) {
    results.push_back(exchange(*folder, link));
    if (results.back()) linked.insert(link.version);
  }
  // A retired version may be linked again.
  std::erase_if(retired_, [&](const Retired& retired) { return linked.contains(retired.version); });
  if (const auto synced = folder->sync(); !synced) {
    for (Result<void>& result : results) {
      if (result) result = synced;
    }
  }
  return results;
}

Result<void> LinkedVersions::exchange(const Folder& folder, const Link& link) {
  LIVECERT_CHECK(is_plain_name(link.name) && is_plain_name(link.version));
  std::optional<std::string> former = read_link(folder, link.name);
  const std::string aside = Folder::make_temporary_name();
  const std::string target = std::string(kTargetPrefix) + link.version;
  if (::symlinkat(target.c_str(), folder.descriptor(), aside.c_str()) != 0) {
    return folder.failure(link.name, "cannot be linked");
  }
  if (auto done = folder.rename(aside, link.name); !done) {
    static_cast<void>(folder.remove(aside));
    return std::move(done).error();
  }
  learn(link.name, link.version);
  if (former && !is_used(*former)) {
    retired_.push_back({link.name, *std::move(former), clock_->steady_now() + kReadingTime});
  }
  static_cast<void>(see(folder, link.name, link.version));
  return {};
}

bool LinkedVersions::is_linked(const std::string& name, const std::string& version) {
  const auto folder = Folder::open(folder_);
  if (!folder) return false;
  return see(*folder, name, version);
}

void LinkedVersions::learn(const std::string& name, const std::string& version) {
  const auto used = used_.try_emplace(version, 0).first;
  ++used->second;
  forget(name);
  known_.emplace(name, Known{std::nullopt, used});
}

void LinkedVersions::forget(const std::string& name) {
  const auto known = known_.find(name);
  if (known == known_.end()) return;
  if (--known->second.version->second == 0) used_.erase(known->second.version);
  known_.erase(known);
}

// Remembers where the link leads. Returns whether that is the version.
bool LinkedVersions::see(const Folder& folder, const std::string& name, const std::string& version) {
  // Before it is read: a change after this shows in the next look.
  const auto identity = folder.identify(name);
  const auto linked = read_link(folder, name);
  if (linked) learn(name, *linked);
  if (!linked) forget(name);
  const bool is_linked = identity && linked == version;
  if (is_linked) known_.at(name).identity = identity;
  return is_linked;
}

std::vector<std::string> LinkedVersions::find_touched() {
  const FolderWatch::Touched touched = watch_.take(folder_, clock_->steady_now());
  std::vector<std::string> names;
  if (!touched.everything && touched.names.empty()) return names;
  const auto folder = Folder::open(folder_);
  for (const auto& [name, known] : known_) {
    if (!known.identity || (!touched.everything && !touched.names.contains(name))) continue;
    if (!folder || folder->identify(name) != known.identity) names.push_back(name);
  }
  return names;
}

std::vector<std::string> LinkedVersions::names_of(const std::string& version) const {
  std::vector<std::string> names;
  for (const auto& [name, known] : known_) {
    if (known.version->first == version) names.push_back(name);
  }
  return names;
}

Result<std::vector<std::string>> LinkedVersions::unlink(const std::string& name) {
  TRY_ASSIGN(const Folder folder, Folder::open(folder_));
  auto linked = read_link(folder, name);
  TRY(folder.remove(name));
  forget(name);
  TRY(folder.sync());
  std::vector<std::string> versions;
  if (linked && !is_used(*linked)) versions.push_back(*std::move(linked));
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
    if (!is_used(retired_.front().version)) disused.push_back(std::move(retired_.front().version));
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
  for (const std::string& name : names) {
    if (const auto version = read_link(folder, name)) learn(name, *version);
  }
  TRY_ASSIGN(const Folder version_folder, Folder::open(versions()));
  TRY(version_folder.sweep());
  TRY_ASSIGN(const std::vector<std::string> made, version_folder.names());
  for (const std::string& version : made) {
    if (is_version(version) && !is_used(version)) TRY(remove(version));
  }
  return {};
}

}  // namespace livecert::edge
