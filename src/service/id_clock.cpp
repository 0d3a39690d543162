#include "service/id_clock.h"

#include <algorithm>

namespace livecert::service {
namespace {

// The parts of a CertID: see IdSource::make_cert_id().
constexpr int kBitsBelowMillis = 22;
constexpr base::Time kEpoch{std::chrono::seconds(1'577'836'800)};         // 2020-01-01T00:00:00Z
constexpr base::Time kLastFollowed{std::chrono::seconds(3'629'145'600)};  // 2085-01-01T00:00:00Z

// Returns the millisecond after the id's, because other ids of the same millisecond may be larger.
base::Time after(base::CertId id) {
  if (id == base::CertId()) return kEpoch;
  return kEpoch + std::chrono::milliseconds((id.number() >> kBitsBelowMillis) + 1);
}

}  // namespace

IdClock::IdClock(const base::Clock& clock, base::CertId largest) : clock_(clock), floor_(after(largest)) {}

base::Time IdClock::now() const {
  const base::Time now = clock_.now();
  return now > kLastFollowed ? floor_ : std::max(now, floor_);
}

}  // namespace livecert::service
