#pragma once

#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include "base/owned_descriptor.h"
#include "base/result.h"

namespace livecert::edge {

// A folder: a path from an operator, and the names of the folders that lead on below it. Links along `path` are
// followed, because only root and the user that runs livecert can have made them (see open_on_the_way()). Links below
// `path` are not.
struct Place {
  std::filesystem::path path;  // absolute
  std::vector<std::string> below = {};

  [[nodiscard]] Place operator/(std::string name) const;
  // Returns the place as one path, for people.
  [[nodiscard]] std::filesystem::path full() const;

  bool operator==(const Place&) const = default;
};

// A folder on the way, or at its end. The descriptor only allows looking at the folder and passing through it; anything
// else needs another open.
struct Station {
  base::OwnedDescriptor descriptor;
  struct stat status;
};

// Goes to the place step by step. A user who may replace a name in one of the folders on the way decides what is below.
// So all these folders must belong to root or to the user that runs livecert, and no other user may write in them. In a
// folder where all users may write, such as /tmp, the sticky bit and such an owner must keep the next name in place.
// The caller checks the folder at the end. Error: kUpstreamFailure naming the folder that breaks a rule, and the
// remedy.
[[nodiscard]] base::Result<Station> open_on_the_way(const Place& place);

// Whether root or the user that runs livecert is the owner.
[[nodiscard]] bool is_trusted_owner(const struct stat& status);
// "www-data", or the number of a user without a name.
[[nodiscard]] std::string user_name(uid_t user);
// The Error for a place that cannot be opened: the system's reason, and what to do.
[[nodiscard]] base::Error cannot_open(const std::filesystem::path& path, int error);

}  // namespace livecert::edge
