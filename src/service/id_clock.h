#pragma once

#include "base/ids.h"
#include "base/time.h"

namespace livecert::service {

// The time in identifiers: the machine's, but never behind the ids of the store, so that ids grow whatever the
// machine's clock says. It stops at 2085, so that a clock far ahead cannot use up all numbers. Callable from every
// thread.
class IdClock final : public base::Clock {
 public:
  // `largest` is the largest CertID of the store. The clock must outlive this.
  IdClock(const base::Clock& clock, base::CertId largest);

  [[nodiscard]] base::Time now() const override;
  [[nodiscard]] base::SteadyTime steady_now() const override { return clock_.steady_now(); }

  // The first moment whose CertIDs are all larger than that id.
  [[nodiscard]] base::Time floor() const { return floor_; }

 private:
  const base::Clock& clock_;
  const base::Time floor_;
};

}  // namespace livecert::service
