#pragma once

#include <mutex>
#include <thread>

#include "service/clock_watch.h"
#include "service/local_edges.h"
#include "service/readiness.h"
#include "store/store.h"

namespace livecert::app {

// Checks every half second, on its own thread, whether the store is in order and whether the clock was set, and every
// few seconds whether the edges take certificates. It reports each problem on the board.
class HealthWatch {
 public:
  // Has checked once when it returns. All references must outlive this.
  HealthWatch(store::Store& store, const base::Clock& clock, service::Readiness& readiness);
  HealthWatch(const HealthWatch&) = delete;
  HealthWatch& operator=(const HealthWatch&) = delete;
  ~HealthWatch() = default;

  // While this exists, the watch also checks the edges of the board.
  class Following {
   public:
    Following(HealthWatch& watch, const service::LocalEdges& edges);
    Following(const Following&) = delete;
    Following& operator=(const Following&) = delete;
    ~Following();

   private:
    HealthWatch& watch_;
  };

 private:
  void look();
  void look_at_edges();
  void set_edges(const service::LocalEdges* edges);
  void run(const std::stop_token& stop);

  store::Store& store_;
  service::Readiness& readiness_;
  service::ClockWatch clock_watch_;
  std::mutex mutex_;
  const service::LocalEdges* edges_ = nullptr;
  std::jthread thread_;
};

// Logs each reason that starts or ends.
void log_reason(const service::Reason& reason, const std::string& detail, bool goes_on);

}  // namespace livecert::app
