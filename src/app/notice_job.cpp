#include "app/notice_job.h"

#include "base/thread_name.h"

namespace livecert::app {

NoticeJob::NoticeJob(service::NoticeDesk& desk, service::Readiness& readiness)
    : desk_(desk), readiness_(readiness), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void NoticeJob::run(const std::stop_token& stop) {
  base::name_this_thread("notices");
  while (desk_.wait(stop)) look(desk_, readiness_, stop);
  ended_.set_value();
}

bool NoticeJob::ends_within(std::chrono::milliseconds time) const {
  return end_.wait_for(time) == std::future_status::ready;
}

void NoticeJob::look(service::NoticeDesk& desk, service::Readiness& readiness, const std::stop_token& stop) {
  if (!readiness.holds(service::reason::kClockJumped)) desk.look(stop);
  desk.report(readiness);
}

}  // namespace livecert::app
