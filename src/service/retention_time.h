#pragma once

#include <chrono>

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace livecert::service {

// The time by which retention judges what has expired. One reading of a machine's clock is not enough to remove
// something for ever: it may be wrong from the start on, and nobody notices.
//
// Until the clock has run a day without being set, the time is no later than the newest write of a client before the
// start, plus what has passed since by the steady clock. A client signs by its own clock, so its write was made at the
// right time, to a quarter of an hour. One thread at a time.
class RetentionTime {
 public:
  // How long the clock must run without being set until it is believed.
  static constexpr std::chrono::hours kProved{24};

  // `last_write`: when the newest write of a client was made. The clock must outlive this.
  RetentionTime(const base::Clock& clock, base::Time last_write);

  // As of now. It finds a clock that was set since the last call.
  [[nodiscard]] base::Time look();

 private:
  [[nodiscard]] std::chrono::microseconds offset() const;

  const base::Clock& clock_;
  const base::Time last_write_;
  const base::SteadyTime start_;
  base::SteadyTime calm_since_;
  std::chrono::microseconds offset_;  // by how much the wall clock is ahead of the steady one
};

// When the newest write of a client was made, by the audit: what livecert writes by itself, such as its own certificate
// or a removal, is no client's. The beginning of time when there is none. Error: kStoreFailure.
[[nodiscard]] base::Result<base::Time> find_last_write(store::Store& store);

}  // namespace livecert::service
