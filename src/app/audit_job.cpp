#include "app/audit_job.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "app/log.h"
#include "base/thread_name.h"
#include "service/submit.h"

namespace livecert::app {
namespace {

constexpr auto kBetweenWrites = std::chrono::seconds(1);
constexpr int kWritesBetweenLooks = 30;

// Logs a failure that differs from the last one; returns it, or nothing.
std::string report_audit(const base::Result<void>& result, const std::string& last = {}) {
  if (result) return {};
  std::string failure = result.error().message + " " + result.error().detail;
  if (failure != last) log_error("audit: " + failure);
  return failure;
}

}  // namespace

// The key is made before the first request, so that a stop adds no record.
AuditJob::AuditJob(service::Services& services, service::AuditBook& book)
    : services_(services),
      book_(book),
      failure_(report_audit(service::prepare_audit_key(services))),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void AuditJob::run(const std::stop_token& stop) {
  base::name_this_thread("audit");
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  for (int writes = 1; !stop.stop_requested(); ++writes) {
    wake.wait_for(lock, stop, kBetweenWrites, [] { return false; });
    if (stop.stop_requested()) break;
    write(false);
    if (writes % kWritesBetweenLooks == 0) look(service::CheckpointRule());
  }
  write(true);
  look(std::nullopt);  // what a stop leaves is proved, also when it was asked during a look
}

void AuditJob::write(bool is_last) {
  write_failure_ = report_audit(book_.flush(is_last), write_failure_);
}

void AuditJob::look(std::optional<service::CheckpointRule> rule) {
  if (!services_.store.lease("audit", store::Reach::kAnywhere).is_ours) return;
  const auto kept = service::keep_checkpoint(services_, service::own_context(services_, "CreateAuditCheckpoint"), rule);
  failure_ = report_audit(kept ? base::Result<void>() : base::Result<void>(kept.error()), failure_);
}

}  // namespace livecert::app
