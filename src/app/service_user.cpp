#include "app/service_user.h"

#include <algorithm>
#include <array>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/store_place.h"
#include "base/check.h"
#include "edge/place.h"

namespace livecert::app {
namespace {

constexpr std::size_t kNameBuffer = 16384;
constexpr int kMostGroups = 1024;
constexpr const char* kPackagedUser = "livecert";

std::vector<gid_t> own_groups() {
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  groups.resize(static_cast<std::size_t>(std::max(0, ::getgroups(static_cast<int>(groups.size()), groups.data()))));
  return groups;
}

ServiceUser caller() {
  return {::geteuid(), ::getegid(), own_groups(), edge::user_name(::geteuid())};
}

ServiceUser from_entry(const passwd& entry) {
  ServiceUser user{entry.pw_uid, entry.pw_gid, std::vector<gid_t>(kMostGroups), entry.pw_name};
  int count = kMostGroups;
  if (::getgrouplist(entry.pw_name, entry.pw_gid, user.groups.data(), &count) < 0) count = 0;
  user.groups.resize(static_cast<std::size_t>(count));
  return user;
}

}  // namespace

ServiceUser ServiceUser::of(const Config& config) {
  if (::geteuid() != 0) return caller();
  std::array<char, kNameBuffer> names{};
  passwd entry{};
  passwd* found = nullptr;
  struct stat directory {};
  if (::stat(config.data_dir.c_str(), &directory) == 0) {
    if (directory.st_uid == 0) return caller();
    const bool has_name =
        ::getpwuid_r(directory.st_uid, &entry, names.data(), names.size(), &found) == 0 && found != nullptr;
    if (has_name) return from_entry(entry);
    return {directory.st_uid, directory.st_gid, {}, std::to_string(directory.st_uid)};
  }
  const bool is_packaged = config.data_dir == kPackagedStore &&
                           ::getpwnam_r(kPackagedUser, &entry, names.data(), names.size(), &found) == 0 &&
                           found != nullptr;
  return is_packaged ? from_entry(entry) : caller();
}

std::string ServiceUser::group_name() const {
  std::array<char, kNameBuffer> names{};
  struct ::group entry {};
  struct ::group* found = nullptr;
  const bool has_name = ::getgrgid_r(this->group, &entry, names.data(), names.size(), &found) == 0 && found != nullptr;
  return has_name ? entry.gr_name : std::to_string(this->group);
}

ActingAs::ActingAs(const ServiceUser& user) : groups_(own_groups()) {
  if (::geteuid() != 0 || user.user == 0) return;
  is_acting_ = true;
  LIVECERT_CHECK(::setgroups(user.groups.size(), user.groups.data()) == 0);
  LIVECERT_CHECK(::setegid(user.group) == 0 && ::seteuid(user.user) == 0);
}

// A process that could not return to its own rights must not go on with others.
ActingAs::~ActingAs() {
  if (!is_acting_) return;
  LIVECERT_CHECK(::seteuid(0) == 0 && ::setegid(::getgid()) == 0);
  LIVECERT_CHECK(::setgroups(groups_.size(), groups_.data()) == 0);
}

}  // namespace livecert::app
