#pragma once

#include <optional>
#include <string>
#include <thread>

#include "service/audit_checkpoints.h"
#include "service/context.h"

namespace livecert::app {

// Signs checkpoints of the audit (service::keep_checkpoint) when they are due, on its own thread, and a last one when
// it ends. It logs a failure once for as long as it stays the same. The services must outlive it.
class AuditJob {
 public:
  explicit AuditJob(service::Services& services);
  AuditJob(const AuditJob&) = delete;
  AuditJob& operator=(const AuditJob&) = delete;
  ~AuditJob() = default;

 private:
  void run(const std::stop_token& stop);
  void look(std::optional<service::CheckpointRule> rule);

  service::Services& services_;
  std::string failure_;  // the last one that was logged; only for the thread
  std::jthread thread_;
};

}  // namespace livecert::app
