#include "edge/place.h"

#include <array>
#include <cerrno>
#include <deque>
#include <fcntl.h>
#include <optional>
#include <pwd.h>
#include <system_error>
#include <unistd.h>

#include <climits>

namespace livecert::edge {
namespace {

using base::OwnedDescriptor;
using base::Result;

constexpr int kStep = O_PATH | O_CLOEXEC;
constexpr int kMostLinks = 40;  // as the kernel's own limit
constexpr std::size_t kNameBuffer = 16384;

base::Error unusable(std::string what) {
  return {base::ErrorCode::kUpstreamFailure, std::move(what)};
}

bool is_writable_for_others(const struct stat& status) {
  return (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

class Walk {
 public:
  explicit Walk(const Place& place) : place_(place) {}

  Result<Station> run() {
    if (!place_.path.is_absolute()) return unusable(place_.path.string() + " must be an absolute path");
    TRY(begin());
    for (std::deque<std::string> names = names_of(place_.path); !names.empty();) {
      const std::string name = std::move(names.front());
      names.pop_front();
      TRY_ASSIGN(const std::string target, enter(name));
      if (target.empty()) continue;
      if (++links_ > kMostLinks) return cannot_open(place_.full(), ELOOP);
      if (target.starts_with('/')) TRY(begin());
      std::deque<std::string> led_to = names_of(target);
      names.insert(names.begin(), led_to.begin(), led_to.end());
    }
    for (const std::string& name : place_.below) {
      TRY_ASSIGN(const std::string target, enter(name));
      if (!target.empty()) {
        return unusable((at_ / name).string() +
                        " is a symbolic link, which livecert does not follow; put a folder in its place");
      }
    }
    return Station{std::move(*here_), status_};
  }

 private:
  static std::deque<std::string> names_of(const std::filesystem::path& path) {
    std::deque<std::string> names;
    for (const auto& part : path.relative_path()) {
      if (!part.empty() && part != ".") names.push_back(part.native());
    }
    return names;
  }

  Result<void> begin() {
    at_ = "/";
    return move_to(OwnedDescriptor(::open("/", kStep | O_DIRECTORY)));
  }

  Result<void> move_to(OwnedDescriptor next) {
    if (!next.is_open() || ::fstat(next.get(), &status_) != 0) return cannot_open(place_.full(), errno);
    here_.emplace(std::move(next));
    return {};
  }

  // Returns the target if the name is a link; otherwise the walk goes there, and the result is empty.
  Result<std::string> enter(const std::string& name) {
    TRY(check_passage(name));
    OwnedDescriptor next(::openat(here_->get(), name.c_str(), kStep | O_NOFOLLOW));
    struct stat found {};
    if (!next.is_open() || ::fstat(next.get(), &found) != 0) return cannot_open(place_.full(), errno);
    if (is_writable_for_others(status_) && !is_trusted_owner(found)) {
      return unusable((at_ / name).string() + " belongs to user " + user_name(found.st_uid) +
                      "; it must belong to root or to the user that runs livecert");
    }
    if (S_ISLNK(found.st_mode)) return target_of(name, next.get());
    if (!S_ISDIR(found.st_mode)) return cannot_open(place_.full(), ENOTDIR);
    TRY(move_to(std::move(next)));
    at_ /= name;
    return std::string();
  }

  [[nodiscard]] Result<std::string> target_of(const std::string& name, int link) const {
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlinkat(link, "", target.data(), target.size());
    if (size < 0 || static_cast<std::size_t>(size) == target.size()) {
      return cannot_open(at_ / name, size < 0 ? errno : ENAMETOOLONG);
    }
    return std::string(target.data(), static_cast<std::size_t>(size));
  }

  [[nodiscard]] Result<void> check_passage(const std::string& name) const {
    const std::string threat = ", who could put something else in the place of " + (at_ / name).string();
    if (!is_trusted_owner(status_)) {
      return unusable(at_.string() + " belongs to user " + user_name(status_.st_uid) + threat +
                      "; give it to root (chown root " + at_.string() + "), or use a folder elsewhere");
    }
    if (is_writable_for_others(status_) && (status_.st_mode & S_ISVTX) == 0) {
      return unusable(at_.string() + " can be written by others than its owner" + threat + "; run: chmod go-w " +
                      at_.string());
    }
    return {};
  }

  const Place& place_;
  std::filesystem::path at_;
  std::optional<OwnedDescriptor> here_;
  struct stat status_ {};
  int links_ = 0;
};

}  // namespace

Place Place::operator/(std::string name) const {
  Place further = *this;
  further.below.push_back(std::move(name));
  return further;
}

std::filesystem::path Place::full() const {
  std::filesystem::path all = path;
  for (const std::string& name : below) all /= name;
  return all;
}

Result<Station> open_on_the_way(const Place& place) {
  return Walk(place).run();
}

bool is_trusted_owner(const struct stat& status) {
  return status.st_uid == 0 || status.st_uid == ::geteuid();
}

std::string user_name(uid_t user) {
  std::array<char, kNameBuffer> names{};
  passwd entry{};
  passwd* found = nullptr;
  const bool has_name = ::getpwuid_r(user, &entry, names.data(), names.size(), &found) == 0 && found != nullptr;
  return has_name ? entry.pw_name : std::to_string(user);
}

base::Error cannot_open(const std::filesystem::path& path, int error) {
  std::string message = path.string() + " cannot be opened: " + std::generic_category().message(error);
  if (error == ENOENT) message += "; create it and give it to the user that runs livecert";
  if (error == EACCES) message += "; the user that runs livecert must own it and be let into the folders above it";
  return unusable(std::move(message));
}

}  // namespace livecert::edge
