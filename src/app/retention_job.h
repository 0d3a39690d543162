#pragma once

#include <chrono>
#include <memory>
#include <thread>

#include "service/context.h"
#include "service/readiness.h"
#include "service/retention_time.h"

namespace livecert::app {

// Removes chains that are no longer needed (service::apply_retention) and records of the audit that are old
// (service::cut_audit) every hour, on its own thread, and logs it. It removes nothing in the first hour, in which an
// operator may still correct a wrong clock, and judges by service::RetentionTime. It logs failures and tries again in
// the next hour.
class RetentionJob {
 public:
  // How long something is kept; 0: for ever.
  struct Keep {
    std::chrono::days expired{0};  // chains, counted from their end
    std::chrono::days audit{0};
  };

  // nullptr when everything is kept for ever. Removes nothing while the board says that the clock was
  // set, because expiry depends on the clock. Services and board must outlive the job.
  [[nodiscard]] static std::unique_ptr<RetentionJob> start(service::Services& services,
                                                           const service::Readiness& readiness, Keep keep);

  RetentionJob(const RetentionJob&) = delete;
  RetentionJob& operator=(const RetentionJob&) = delete;
  // Ends a wait at once, and a round of removals within two seconds.
  ~RetentionJob() = default;

 private:
  RetentionJob(service::Services& services, const service::Readiness& readiness, Keep keep, base::Time last_write);
  void run(const std::stop_token& stop);
  void look(const std::stop_token& stop);
  void remove_expired(const std::stop_token& stop, base::Time now);
  void cut_audit(const std::stop_token& stop, base::Time now);

  service::Services& services_;
  const service::Readiness& readiness_;
  const Keep keep_;
  service::RetentionTime time_;  // only for the thread
  std::jthread thread_;
};

}  // namespace livecert::app
