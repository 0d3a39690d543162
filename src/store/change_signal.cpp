#include "store/change_signal.h"

#include <algorithm>

namespace livecert::store {
namespace {

// A limit, so that now + wait cannot overflow.
constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24);

}  // namespace

void ChangeSignal::move_to(std::int64_t position) {
  {
    const std::lock_guard lock(mutex_);
    if (position <= position_) return;
    position_ = position;
  }
  moved_.notify_all();
}

bool ChangeSignal::wait(std::int64_t after, std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  return moved_.wait_for(lock, std::min(wait, kLongest), [&] { return position_ > after; });
}

}  // namespace livecert::store
