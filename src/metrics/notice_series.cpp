#include "metrics/notice_series.h"

#include <string>
#include <utility>

#include "notices/channel.h"

namespace livecert::metrics {

Families notice_series(const std::vector<service::NoticeDesk::Count>& counts) {
  auto sent = counters("livecert_notices_sent_total", "Messages that a channel for notices took.");
  auto failed = counters("livecert_notices_failed_total", "Messages that a channel for notices did not take.");
  auto failing = gauges("livecert_notify_channel_failing", "1 while the channel takes no messages, else 0.");
  for (const service::NoticeDesk::Count& count : counts) {
    const Labels labels{{"channel", count.channel}, {"kind", std::string(notices::to_text(count.kind))}};
    add(sent, static_cast<double>(count.sent), labels);
    add(failed, static_cast<double>(count.failed), labels);
    add(failing, count.is_failing ? 1 : 0, labels);
  }
  return {std::move(sent), std::move(failed), std::move(failing)};
}

}  // namespace livecert::metrics
