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
        "The store's files are not those that were opened: removed, exchanged, written over, or on a volume that is "
        "not mounted any more. Nothing is written.",
        "Put the same files back in their place, and writing goes on. Or, and always when they were written over, stop "
        "the service, restore the store, and start it again. The log names the file."},
    Row{store::Health::State::kHanging, reason::kStoreHanging,
        "The disk of the store has not finished a write for more than two seconds. Writes wait for it.",
        "Look after the disk, or what it is connected by. Writing goes on by itself when the disk answers."},
    Row{store::Health::State::kUnreadable, reason::kStoreUnreadable,
        "Some of what is stored could not be read within the last minute.",
        "Look after the disk; the log says what it answers. If the store is damaged, stop the service, restore the "
        "store from a backup, and start it again."},
    Row{store::Health::State::kFull, reason::kDiskFull,
        "The disk of the store is full. What is stored can be read, nothing is written.",
        "Make room; writing goes on by itself."},
    Row{store::Health::State::kFailing, reason::kStoreFailing,
        "The disk of the store does not take what is written. What is stored can be read.",
        "Look after the disk; the log says what it answers. Writing is tried again by itself."},
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
