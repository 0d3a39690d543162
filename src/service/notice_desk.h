#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "notices/plan.h"
#include "outgoing/call.h"
#include "service/find_sights.h"
#include "service/notify_channels.h"
#include "service/readiness.h"

namespace livecert::service {

// Tells the channels what they were not told yet. What is true follows from the store at every look, and what each
// channel was told is in the store too, so that a restart neither repeats nor forgets a message; only one whose answer
// was lost with the process is sent again, with the same id. look() is for one thread; the others may be called from
// every thread.
class NoticeDesk {
 public:
  using Warn = std::function<void(const std::string&)>;
  // The services must outlive it. `warn` gets lines for the log, without secrets.
  NoticeDesk(Services& services, outgoing::Sender sender, Warn warn);

  // Looks at everything once, and sends what is due now, to all channels at the same time. Returns when the slowest
  // has answered, or soon after a stop is requested. Logs failures, which later looks try again.
  void look(const std::stop_token& stop);

  // Something changed that may be worth telling. Cheap.
  void poke();
  // Waits until there is a reason to look again: a minute has passed, or something changed. Reading takes at most a
  // twentieth of the time, however much changes, and looks are at least two seconds apart. False: a stop was requested.
  [[nodiscard]] bool wait(const std::stop_token& stop);

  // Sends one message and counts it.
  [[nodiscard]] notices::Verdict send(const OpenChannel& open, const notices::Sending& sending);

  // The messages to a channel since the start.
  struct Count {
    std::string channel;
    notices::ChannelKind kind = notices::ChannelKind::kWebhook;
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;
    bool is_failing = false;  // the last look at it found it so
  };
  [[nodiscard]] std::vector<Count> counts() const;
  // Reports on the board whether a channel fails (reason::kNoticesFailing).
  void report(Readiness& readiness) const;

 private:
  void tell(const store::StoredNotifyChannel& stored, const notices::Picture& picture, const std::stop_token& stop);
  void tell_alertmanager(const OpenChannel& open, const store::StoredNotifyChannel& stored,
                         const notices::Picture& picture, const std::vector<domain::Told>& told);
  [[nodiscard]] base::Result<void> keep(const store::StoredNotifyChannel& stored, const domain::ChannelState& state,
                                        notices::Record record);
  void note_state(const store::StoredNotifyChannel& stored);
  [[nodiscard]] notices::Pace pace_of(const std::string& channel) const;
  void note_pace(const std::string& channel, base::Time at, bool is_digest);

  Services& services_;
  const outgoing::Sender sender_;
  const Warn warn_;
  Unbegun unbegun_;                          // only for look()
  std::chrono::nanoseconds reading_time_{};  // of the last look; only for the thread that looks

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  bool is_poked_ = false;
  std::map<std::string, Count> counts_;
  std::map<std::string, notices::Pace> paces_;
  std::map<std::string, base::Time> alerted_at_;
};

}  // namespace livecert::service
