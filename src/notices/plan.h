#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "notices/channel.h"
#include "notices/fact.h"

namespace livecert::notices {

// One thing to tell: a fact that holds, or one that was told and is solved.
struct Notice {
  Fact fact;  // solved: with the level that was told, and the end of what is served now
  bool is_solved = false;
  bool operator==(const Notice&) const = default;
};

// All that is true now, of all accounts.
struct Picture {
  Sights sights;
  std::vector<Fact> facts;  // find_facts() of every sight
};
[[nodiscard]] Picture make_picture(Sights sights, base::Time now);

// What a channel was not told yet. `told` is what it was told.
struct Due {
  std::vector<Notice> notices;             // the most pressing first
  std::vector<domain::FactName> vanished;  // told, and no longer anybody's concern: nothing is said about them
};
// A fact is due when it is new, when its level has grown, and when what ends was replaced by something that lasts
// longer but is about to end too. It is solved only when the edges were seen to show what lasts: an edge of which
// nothing is known solves nothing. A domain that is no longer served, or no longer this channel's, vanishes.
[[nodiscard]] Due find_due(const Channel& channel, const Picture& picture, const std::vector<domain::Told>& told);

// The messages that a channel got lately, so that it gets at most three single ones and one digest within a minute:
// robots block those who send more than twenty. Lives as long as the process.
class Pace {
 public:
  // `is_digest`: it was sent although there was no room for its notices one by one.
  void note(base::Time at, bool is_digest);
  // How many single messages may follow now; 0 if the next one must be a digest.
  [[nodiscard]] std::size_t room(base::Time now) const;
  [[nodiscard]] bool may_send_digest(base::Time now) const;

 private:
  std::vector<base::Time> single_;
  base::Time digest_{};
};

inline constexpr std::size_t kMostSingle = 3;

// The messages to send now, each with the notices that it tells; empty when there are none, or it is not the time:
// before the channel's next try, within a minute of :00 and :30 when everybody's jobs call the robots, and in its quiet
// hours, which hold everything but what ends before they do.
[[nodiscard]] std::vector<std::vector<Notice>> plan_messages(const Channel& channel, const domain::ChannelState& state,
                                                             std::vector<Notice> due, const Pace& pace, base::Time now);

// What became of one message.
struct Verdict {
  enum class Kind : std::uint8_t {
    kDelivered,
    kLater,    // the receiver cannot take it now
    kRefused,  // it does not take it, and will not before somebody changes something
  };
  Kind kind = Kind::kLater;
  std::string why = {};             // not delivered: one sentence without a secret
  std::chrono::seconds pause = {};  // the receiver's own wish; 0: none
  bool operator==(const Verdict&) const = default;
};

// The state after that. Pauses grow from half a minute to an hour; a receiver's wish is obeyed up to six hours.
[[nodiscard]] domain::ChannelState next_state(domain::ChannelState state, const Verdict& verdict, base::Time now);

// What the channel was told by a message that was delivered: rows to keep, and facts that ended.
struct Record {
  std::vector<domain::Told> told;
  std::vector<domain::FactName> ended;
};
[[nodiscard]] Record record_of(const std::vector<Notice>& notices, base::Time now);

}  // namespace livecert::notices
