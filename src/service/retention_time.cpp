#include "service/retention_time.h"

#include <algorithm>

#include "service/clock_watch.h"

namespace livecert::service {
namespace {

constexpr std::int64_t kAtOnce = 500;

}  // namespace

RetentionTime::RetentionTime(const base::Clock& clock, base::Time last_write)
    : clock_(clock), last_write_(last_write), start_(clock.steady_now()), calm_since_(start_), offset_(offset()) {}

std::chrono::microseconds RetentionTime::offset() const {
  const auto steady = std::chrono::duration_cast<std::chrono::microseconds>(clock_.steady_now().time_since_epoch());
  return clock_.now().time_since_epoch() - steady;
}

base::Time RetentionTime::look() {
  const base::SteadyTime steady = clock_.steady_now();
  const auto set_by = offset() - offset_;
  offset_ += set_by;
  if (std::chrono::abs(set_by) > ClockWatch::kTolerance) calm_since_ = steady;
  if (steady - calm_since_ >= kProved) return clock_.now();
  const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(steady - start_);
  return std::min(clock_.now(), last_write_ + passed);
}

// Every write adds one row to the audit and one to the changes, so the position of the last change is that of the last
// record (docs/formats/store.md).
base::Result<base::Time> find_last_write(store::Store& store) {
  TRY_ASSIGN(std::int64_t end, store.ask(&store::Snapshot::last_change));
  TRY_ASSIGN(const auto checkpoint, store.ask(&store::Snapshot::newest_checkpoint));
  const std::int64_t cut_through = checkpoint ? checkpoint->cut_through : 0;
  for (; end > cut_through; end -= kAtOnce) {
    store::AuditFilter latest;
    latest.after = std::max<std::int64_t>(end - kAtOnce, 0);
    TRY_ASSIGN(const auto records, store.ask(&store::Snapshot::audit, latest, kAtOnce));
    const auto newest = std::find_if(records.rbegin(), records.rend(),
                                     [](const store::AuditRecord& record) { return !record.access_key_id.empty(); });
    if (newest != records.rend()) return newest->at;
  }
  return base::Time();
}

}  // namespace livecert::service
