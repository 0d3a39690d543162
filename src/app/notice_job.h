#pragma once

#include <chrono>
#include <future>
#include <stop_token>
#include <thread>

#include "service/notice_desk.h"
#include "service/readiness.h"

namespace livecert::app {

// Looks every minute, and soon after an edge showed something new, at what the channels for notices were not told yet,
// on its own thread. Desk and board must outlive it.
class NoticeJob {
 public:
  NoticeJob(service::NoticeDesk& desk, service::Readiness& readiness);
  NoticeJob(const NoticeJob&) = delete;
  NoticeJob& operator=(const NoticeJob&) = delete;
  // Ends a wait at once, and otherwise when the messages under way were answered.
  ~NoticeJob() = default;

  // Begins no message after this.
  void request_stop() { thread_.request_stop(); }
  // After request_stop(): whether the messages under way are answered within this time.
  [[nodiscard]] bool ends_within(std::chrono::milliseconds time) const;

  // One look, which the thread repeats, and a report to the board. It tells nothing while the board says that the clock
  // was set, because every end depends on the clock.
  static void look(service::NoticeDesk& desk, service::Readiness& readiness, const std::stop_token& stop);

 private:
  void run(const std::stop_token& stop);

  service::NoticeDesk& desk_;
  service::Readiness& readiness_;
  std::promise<void> ended_;
  std::future<void> end_ = ended_.get_future();
  std::jthread thread_;
};

}  // namespace livecert::app
