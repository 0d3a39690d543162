#pragma once

#include <chrono>

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace livecert::service {

// The time that retention judges expiry by. One reading of a machine's clock is not enough to remove something for
// good: the clock may be wrong from the start.
//
// Until the clock has run a day without being set, the time is no later than the last write of a client before the
// start plus the time since then by the steady clock. A client signs by its own clock, so the time of its write is
// right to a quarter of an hour. One thread at a time.
class RetentionTime {
 public:
  // How long the clock must run without being set before it is trusted.
  static constexpr std::chrono::hours kProved{24};

  // `last_write`: the time of the last write of a client. The clock must outlive this.
  RetentionTime(const base::Clock& clock, base::Time last_write);

  // The time now. Notices if the clock was set since the last call.
  [[nodiscard]] base::Time look();

 private:
  [[nodiscard]] std::chrono::microseconds offset() const;

  const base::Clock& clock_;
  const base::Time last_write_;
  const base::SteadyTime start_;
  base::SteadyTime calm_since_;
  std::chrono::microseconds offset_;  // the wall clock minus the steady clock
};

// The time of the last write of a client, from the audit; livecert's own writes, such as its certificate or a removal,
// do not count. The beginning of time without one. Error: kStoreFailure.
[[nodiscard]] base::Result<base::Time> find_last_write(store::Store& store);

}  // namespace livecert::service
