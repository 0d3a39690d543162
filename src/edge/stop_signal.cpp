#include "edge/stop_signal.h"

#include <sys/eventfd.h>

#include "base/check.h"

namespace livecert::edge {

StopSignal::StopSignal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  LIVECERT_CHECK(descriptor_.is_open());
}

void StopSignal::raise() {
  base::SteadyTime::rep never = 0;
  raised_at_.compare_exchange_strong(never, std::chrono::steady_clock::now().time_since_epoch().count());
  LIVECERT_CHECK(::eventfd_write(descriptor_.get(), 1) == 0);
}

std::optional<base::SteadyTime> StopSignal::raised_at() const {
  const base::SteadyTime::rep at = raised_at_;
  if (at == 0) return std::nullopt;
  return base::SteadyTime(base::SteadyTime::duration(at));
}

int descriptor_of(const StopSignal* stop) {
  return stop == nullptr ? -1 : stop->descriptor();
}

bool is_raised(const StopSignal* stop) {
  return stop != nullptr && stop->is_raised();
}

}  // namespace livecert::edge
