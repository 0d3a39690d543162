#include "service/store_watch.h"

#include <algorithm>
#include <array>
#include <string>

namespace livecert::service {
namespace {

struct Row {
  store::Health::State state;
  std::string_view name;
  std::string_view what;
  std::string_view remedy;
};

constexpr std::array kRows{
    Row{store::Health::State::kGone, reason::kStoreGone,
        "The store's files are not those that were opened: removed, exchanged, overwritten, or on a volume that is no "
        "longer mounted. livecert writes nothing.",
        "Put the same files back in their place, and livecert writes again. If they were overwritten, stop the "
        "service, restore the store, and start it again. The log names the file."},
    Row{store::Health::State::kAway, reason::kStoreAway,
        "The database of the store does not answer, or must not be used. livecert neither reads nor writes; edges go "
        "on "
        "serving what they have.",
        "Check the database and the network to it; the log has the error. livecert goes on by itself when the database "
        "answers."},
    Row{store::Health::State::kMoved, reason::kStoreMoved,
        "The content of the store was moved to another store, or is being moved there. livecert reads but does not "
        "write.",
        "Start the service with the store that the log names. If the move was interrupted, run livecert migrate "
        "again."},
    Row{store::Health::State::kHanging, reason::kStoreHanging,
        "The disk of the store has not finished a write for more than two seconds. Writes wait for it.",
        "Check the disk and its connection. livecert writes again when the disk answers."},
    Row{store::Health::State::kUnreadable, reason::kStoreUnreadable,
        "Some of what is stored could not be read within the last minute.",
        "Check the disk; the log has its errors. If the store is damaged, stop the service, restore the store from a "
        "backup, and start it again."},
    Row{store::Health::State::kFull, reason::kDiskFull,
        "The disk of the store is full. livecert reads but does not write.", "Make room; livecert then writes again."},
    Row{store::Health::State::kFailing, reason::kStoreFailing,
        "The disk of the store fails to write. livecert reads but does not write.",
        "Check the disk; the log has its errors. livecert tries again by itself."},
};

}  // namespace

void show_health(const store::Health& health, Readiness& readiness) {
  for (const Row& row : kRows) {
    if (row.state != health.state) readiness.end(row.name);
  }
  const auto* const row = std::ranges::find(kRows, health.state, &Row::state);
  if (row == kRows.end()) return;
  readiness.begin({std::string(row->name), Reason::Kind::kNotReady, std::string(row->what), std::string(row->remedy)},
                  health.why);
}

}  // namespace livecert::service
