#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "base/owned_descriptor.h"
#include "base/time.h"

namespace livecert::app {

// The signals of a service; a thread receives them from construction on. SIGTERM, SIGINT and SIGQUIT ask the service to
// stop and start a clock: the process ends when that time is over, even if something hangs. The same signal again ends
// it at once. SIGHUP asks it to read its configuration again. SIGUSR1, SIGUSR2 and SIGALRM only write a line to the
// log.
class StopSignals {
 public:
  // Blocks these signals; threads that start later inherit that. Threads that run already must have blocked them.
  explicit StopSignals(std::chrono::milliseconds time_to_stop);
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  // After this, the clock no longer ends the process.
  ~StopSignals();

  enum class Asked : std::uint8_t { kReload, kStop };
  // Returns when a signal asks for something: kStop from then on; kReload once for all SIGHUP since the last call.
  [[nodiscard]] Asked wait();

 private:
  void run();
  void handle(int signal, std::uint32_t sender);
  [[nodiscard]] int milliseconds_left() const;

  const std::chrono::milliseconds time_to_stop_;
  base::OwnedDescriptor signals_;
  base::OwnedDescriptor end_;
  std::mutex mutex_;
  std::condition_variable asked_;
  bool is_asked_ = false;  // to stop
  bool is_reload_asked_ = false;
  // Only for the thread.
  std::set<int> seen_;
  std::optional<base::SteadyTime> deadline_;
  std::thread thread_;
};

}  // namespace livecert::app
