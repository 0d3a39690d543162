#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "base/owned_descriptor.h"
#include "base/time.h"
#include "edge/drivers/folder.h"

namespace livecert::edge {

// Notices what is done to the entries of one folder, by inotify. That is blind for what is written through another hard
// link and for what is mounted over an entry, and it forgets when too much happens: so now and then every entry counts
// as touched. Used by one thread at a time.
class FolderWatch {
 public:
  // What may have been touched since the last call; our own hand counts too.
  struct Touched {
    bool everything = false;
    std::set<std::string> names;
  };
  [[nodiscard]] Touched take(const Place& place, base::SteadyTime now);

 private:
  [[nodiscard]] bool follow(const Place& place);
  [[nodiscard]] bool watch(const Folder& folder);
  void read_events(Touched& touched);

  std::optional<base::OwnedDescriptor> events_;
  std::string identity_;  // of the folder that is watched; empty: none is
  std::optional<base::SteadyTime> everything_at_;
};

}  // namespace livecert::edge
