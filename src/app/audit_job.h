#pragma once

#include <optional>
#include <string>
#include <thread>

#include "service/audit_book.h"
#include "service/audit_checkpoints.h"
#include "service/context.h"

namespace livecert::app {

// Writes what waits in the audit's book every second, and signs checkpoints of the audit (service::keep_checkpoint)
// when they are due, on its own thread; both for a last time when it ends. It logs a failure once for as long as it
// stays the same. Services and book must outlive it.
class AuditJob {
 public:
  AuditJob(service::Services& services, service::AuditBook& book);
  AuditJob(const AuditJob&) = delete;
  AuditJob& operator=(const AuditJob&) = delete;
  ~AuditJob() = default;

 private:
  void run(const std::stop_token& stop);
  void write(bool is_last);
  void look(std::optional<service::CheckpointRule> rule);

  service::Services& services_;
  service::AuditBook& book_;
  // The last ones that were logged; only for the thread.
  std::string failure_;
  std::string write_failure_;
  std::jthread thread_;
};

}  // namespace livecert::app
