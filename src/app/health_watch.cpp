#include "app/health_watch.h"

#include <condition_variable>
#include <mutex>
#include <string>

#include "app/log.h"
#include "base/thread_name.h"
#include "service/edge_watch.h"
#include "service/store_watch.h"

namespace livecert::app {
namespace {

constexpr auto kPause = std::chrono::milliseconds(500);
constexpr int kLooksForEdges = 10;

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

HealthWatch::Following::Following(HealthWatch& watch, const service::LocalEdges& edges) : watch_(watch) {
  watch_.set_edges(&edges);
}

HealthWatch::Following::~Following() {
  watch_.set_edges(nullptr);
}

void HealthWatch::set_edges(const service::LocalEdges* edges) {
  const std::lock_guard lock(mutex_);
  edges_ = edges;
}

void HealthWatch::look_at_edges() {
  const std::lock_guard lock(mutex_);
  if (edges_ != nullptr) service::look_after_edges(edges_->status(), readiness_);
}

void HealthWatch::run(const std::stop_token& stop) {
  base::name_this_thread("health watch");
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  for (int looks = 1; !stop.stop_requested(); ++looks) {
    wake.wait_for(lock, stop, kPause, [] { return false; });
    look();
    if (looks % kLooksForEdges == 0) look_at_edges();
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
