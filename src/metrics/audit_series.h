#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "metrics/series.h"
#include "service/audit_book.h"
#include "service/context.h"
#include "service/master_keys.h"

namespace livecert::metrics {

// The audit: what was recorded besides writes, what could not be, and the last checkpoint. And the ring of master keys:
// what each one seals. Callable from every thread. The items are counted at most once a minute, because that reads all
// accounts. What the store cannot tell now is left out.
class AuditSeries {
 public:
  // Both must outlive this.
  AuditSeries(service::Services& services, const service::AuditBook& book) : services_(services), book_(book) {}

  [[nodiscard]] Families collect();

 private:
  [[nodiscard]] std::optional<std::vector<service::ListedMasterKey>> master_keys();

  service::Services& services_;
  const service::AuditBook& book_;
  std::mutex mutex_;
  std::optional<std::vector<service::ListedMasterKey>> keys_;
  base::SteadyTime counted_at_{};
};

}  // namespace livecert::metrics
