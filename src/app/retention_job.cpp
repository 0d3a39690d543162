#include "app/retention_job.h"

#include <string>

#include "app/log.h"
#include "base/thread_name.h"
#include "service/apply_retention.h"

namespace livecert::app {
namespace {

constexpr auto kPause = std::chrono::hours(1);

}  // namespace

std::unique_ptr<RetentionJob> RetentionJob::start(service::Services& services, const service::Readiness& readiness,
                                                  std::chrono::days expired_for) {
  if (expired_for.count() == 0) return nullptr;
  return std::unique_ptr<RetentionJob>(new RetentionJob(services, readiness, expired_for));
}

RetentionJob::RetentionJob(service::Services& services, const service::Readiness& readiness,
                           std::chrono::days expired_for)
    : services_(services), readiness_(readiness), expired_for_(expired_for), thread_([this] { run(); }) {}

RetentionJob::~RetentionJob() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool RetentionJob::is_stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void RetentionJob::run() {
  base::name_this_thread("retention");
  while (!is_stopping()) {
    remove_expired();
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, kPause, [this] { return stopping_; });
  }
}

void RetentionJob::remove_expired() {
  if (readiness_.holds(service::reason::kClockJumped)) return;
  const auto removed = service::apply_retention(services_, expired_for_, [this] { return is_stopping(); });
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
