#include "app/health_watch.h"

#include <condition_variable>
#include <mutex>
#include <string>

#include "app/log.h"
#include "base/thread_name.h"
#include "service/store_watch.h"

namespace livecert::app {
namespace {

constexpr auto kPause = std::chrono::milliseconds(500);

}  // namespace

HealthWatch::HealthWatch(store::Store& store, const base::Clock& clock, service::Readiness& readiness)
    : store_(store), readiness_(readiness), clock_watch_(clock, readiness) {
  look();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void HealthWatch::look() {
  service::show_health(store_.health(), readiness_);
  clock_watch_.look();
}

void HealthWatch::run(const std::stop_token& stop) {
  base::name_this_thread("health watch");
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    wake.wait_for(lock, stop, kPause, [] { return false; });
    look();
  }
}

void log_reason(const service::Reason& reason, const std::string& detail, bool goes_on) {
  const bool is_serious = reason.kind == service::Reason::Kind::kNotReady;
  if (!goes_on) return log_info("health: " + reason.name + " is over; it began at " + base::to_rfc3339(reason.since));
  const std::string text = std::string("health: ") + (is_serious ? "not ready: " : "") + reason.name + ": " +
                           reason.what + " " + reason.remedy + (detail.empty() ? "" : " (" + detail + ")");
  if (reason.name == service::reason::kStopping) return log_info(text);
  return is_serious ? log_error(text) : log_warning(text);
}

}  // namespace livecert::app
