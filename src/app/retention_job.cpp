#include "app/retention_job.h"

#include <condition_variable>
#include <mutex>
#include <string>

#include "app/log.h"
#include "base/thread_name.h"
#include "service/apply_retention.h"
#include "service/cut_audit.h"

namespace livecert::app {
namespace {

constexpr auto kBetweenRuns = std::chrono::hours(1);

}  // namespace

std::unique_ptr<RetentionJob> RetentionJob::start(service::Services& services, const service::Readiness& readiness,
                                                  Keep keep) {
  if (keep.expired.count() == 0 && keep.audit.count() == 0) return nullptr;
  const auto last_write = service::find_last_write(services.store);
  if (!last_write) log_warning("retention: " + last_write.error().message + " " + last_write.error().detail);
  return std::unique_ptr<RetentionJob>(
      new RetentionJob(services, readiness, keep, last_write ? *last_write : base::Time()));
}

RetentionJob::RetentionJob(service::Services& services, const service::Readiness& readiness, Keep keep,
                           base::Time last_write)
    : services_(services),
      readiness_(readiness),
      keep_(keep),
      time_(services.clock, last_write),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void RetentionJob::run(const std::stop_token& stop) {
  base::name_this_thread("retention");
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    wake.wait_for(lock, stop, kBetweenRuns, [] { return false; });
    if (!stop.stop_requested()) look(stop);
  }
}

void RetentionJob::look(const std::stop_token& stop) {
  const base::Time now = time_.look();
  if (readiness_.holds(service::reason::kClockJumped)) return;
  if (!services_.store.lease("retention", store::Reach::kAnywhere).is_ours) return;
  if (keep_.expired.count() > 0) remove_expired(stop, now);
  if (keep_.audit.count() > 0) cut_audit(stop, now);
}

void RetentionJob::cut_audit(const std::stop_token& stop, base::Time now) {
  const auto cut = service::cut_audit(services_, now - keep_.audit, [&stop] { return stop.stop_requested(); });
  if (!cut) {
    log_warning("retention: " + cut.error().message + " " + cut.error().detail);
  } else if (*cut > 0) {
    log_info("retention: removed the records of the audit up to " + std::to_string(*cut));
  }
}

void RetentionJob::remove_expired(const std::stop_token& stop, base::Time now) {
  const auto removed = service::apply_retention(
      services_, keep_.expired, [&stop] { return stop.stop_requested(); }, now);
  if (!removed) {
    log_warning("retention: " + removed.error().message + " " + removed.error().detail);
    return;
  }
  for (const domain::ChainSummary& chain : *removed) {
    log_info("retention: removed the superseded chain " + chain.id.to_string() + " of account " +
             chain.account.to_string() + ", expired " + base::to_rfc3339(chain.not_after));
  }
}

}  // namespace livecert::app
