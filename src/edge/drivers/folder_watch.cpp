#include "edge/drivers/folder_watch.h"

#include <array>
#include <cstring>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace livecert::edge {
namespace {

constexpr std::chrono::seconds kEverythingEvery(60);
constexpr std::chrono::seconds kBlindEvery(10);  // without inotify
constexpr std::uint32_t kDone = IN_CREATE | IN_MODIFY | IN_ATTRIB | IN_MOVE | IN_DELETE | IN_MOVE_SELF | IN_DELETE_SELF;
constexpr std::uint32_t kLost = IN_Q_OVERFLOW | IN_IGNORED | IN_UNMOUNT | IN_MOVE_SELF | IN_DELETE_SELF;

std::string identity_of(const Folder& folder) {
  struct stat status {};
  if (::fstat(folder.descriptor(), &status) != 0) return {};
  std::string identity;
  for (const auto number : {status.st_dev, status.st_ino, static_cast<ino_t>(status.st_mode),
                            static_cast<ino_t>(status.st_uid), static_cast<ino_t>(status.st_gid)}) {
    identity += std::to_string(number) + " ";
  }
  return identity;
}

}  // namespace

FolderWatch::Touched FolderWatch::take(const Place& place, base::SteadyTime now) {
  Touched touched;
  const bool is_same = follow(place);
  if (events_) read_events(touched);
  if (!is_same || !everything_at_ || now >= *everything_at_) touched.everything = true;
  if (touched.everything) {
    touched.names.clear();
    everything_at_ = now + (events_ ? kEverythingEvery : kBlindEvery);
  }
  return touched;
}

// Whether the path leads to the folder that it led to before.
bool FolderWatch::follow(const Place& place) {
  const auto folder = Folder::open(place);
  const std::string identity = folder ? identity_of(*folder) : std::string();
  if (identity == identity_) return true;
  identity_ = identity;
  events_.reset();
  if (folder && !watch(*folder)) events_.reset();
  return false;
}

bool FolderWatch::watch(const Folder& folder) {
  events_.emplace(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!events_->is_open()) return false;
  // The very folder that was checked, wherever the path leads by now.
  const std::string path = "/proc/self/fd/" + std::to_string(folder.descriptor());
  return ::inotify_add_watch(events_->get(), path.c_str(), kDone) >= 0;
}

void FolderWatch::read_events(Touched& touched) {
  alignas(inotify_event) std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t size = ::read(events_->get(), buffer.data(), buffer.size());
    if (size <= 0) return;
    std::size_t at = 0;
    while (at + sizeof(inotify_event) <= static_cast<std::size_t>(size)) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      at += sizeof event;
      if ((event.mask & kLost) != 0) touched.everything = true;
      if (event.len > 0 && !touched.everything) touched.names.emplace(buffer.data() + at);
      at += event.len;
    }
  }
}

}  // namespace livecert::edge
