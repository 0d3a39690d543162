#pragma once

#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include "base/owned_descriptor.h"
#include "base/result.h"

namespace livecert::edge {

// Which folder: a path that an operator named, and the names of folders below it that lead on. On the way along `path`
// links are followed, for only root and the user that runs livecert can have made them (see open_on_the_way()); below
// `path` there are none.
struct Place {
  std::filesystem::path path;  // absolute
  std::vector<std::string> below = {};

  [[nodiscard]] Place operator/(std::string name) const;
  // As one path, for people.
  [[nodiscard]] std::filesystem::path full() const;

  bool operator==(const Place&) const = default;
};

// A folder on the way, or at the end of it. It can only be looked at and gone through, until it is opened anew.
struct Station {
  base::OwnedDescriptor descriptor;
  struct stat status;
};

// Goes to the place step by step. Whoever may exchange a name in one of the folders that are gone through decides what
// lies below, so all of these belong to root or to the user that runs livecert, and nobody else may write in them; if
// everybody may, as in /tmp, then the sticky bit and such an owner keep the next name where it is. What the folder at
// the end itself is like is for the caller to judge. Error: kUpstreamFailure naming what was met, and the remedy.
[[nodiscard]] base::Result<Station> open_on_the_way(const Place& place);

// Whether root or the user that runs livecert is the owner.
[[nodiscard]] bool is_trusted_owner(const struct stat& status);
// "www-data", or the number of a user without a name.
[[nodiscard]] std::string user_name(uid_t user);
// What the system's error says of a place that cannot be opened, and what to do.
[[nodiscard]] base::Error cannot_open(const std::filesystem::path& path, int error);

}  // namespace livecert::edge
