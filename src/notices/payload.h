#pragma once

#include <string>
#include <variant>
#include <vector>

#include "notices/channel.h"
#include "notices/plan.h"
#include "outgoing/call.h"

// Messages in the form of each kind of channel, as calls that somebody else sends, and what the answers mean. The
// vendors' forms, limits and codes: docs/notices.md.
namespace livecert::notices {

using Sending = std::variant<outgoing::Call, outgoing::Mail>;

// One message; an empty list makes a test. Not for kAlertmanager.
[[nodiscard]] Sending make_message(const Channel& channel, const ChannelSecret& secret,
                                   const std::vector<Notice>& notices, base::Time now);

// Alertmanager wants every alert that lasts again and again, and forgets one that it does not get. Facts that hold are
// sent with an end some minutes ahead, those that are solved or vanished with an end now. A fact is one alert with
// severity=warning, and from a twelfth of the lifetime on one more with severity=critical. An empty list of both makes
// the alert of a test.
struct Alerts {
  std::vector<Fact> firing;
  std::vector<Notice> over;  // with the level that was told
};
inline constexpr std::chrono::minutes kRepeatAlerts(1);
[[nodiscard]] std::vector<outgoing::Call> make_alerts(const Channel& channel, const ChannelSecret& secret,
                                                      const Alerts& alerts, base::Time now);

// The same for the same message: it depends on the facts, their levels and ends, and not on the time. A message that is
// sent again because its answer was lost has the same id. Only a test has another one each time.
[[nodiscard]] std::string message_id(const Channel& channel, const std::vector<Notice>& notices, base::Time now);

// What an answer means. Robots answer 200 and put their error into the body.
[[nodiscard]] Verdict judge(const Channel& channel, const ChannelSecret& secret,
                            const base::Result<outgoing::Answer>& answer);

}  // namespace livecert::notices
