#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "base/ids.h"
#include "base/time.h"

namespace livecert::edge {

// What is due goes in this order.
enum class Turn : std::uint8_t {
  kChange,  // somebody ordered it
  kRepair,  // what was found wrong is put right, and what is in doubt is looked at
  kRetry,   // something that failed before is tried again
  kLook,    // what is served is checked
};
inline constexpr std::array kTurns{Turn::kChange, Turn::kRepair, Turn::kRetry, Turn::kLook};

// The domains of one edge by the time at which they are due. Of those of one kind that are due, each account has its
// turn, so that nobody waits for all the domains of somebody else.
class DueQueue {
 public:
  struct Entry {
    base::SteadyTime due;
    const std::string* domain;  // the owner keeps it as long as it is in the queue
    base::AccountId account;

    bool operator<(const Entry& other) const {
      return std::tie(due, *domain, account) < std::tie(other.due, *other.domain, other.account);
    }
  };

  void add(Turn turn, Entry entry) { part(turn).later.insert(std::move(entry)); }
  // Does nothing when it is not there.
  void remove(Turn turn, const Entry& entry) {
    Part& part = this->part(turn);
    if (part.later.erase(entry) > 0) return;
    const auto account = part.now.find(entry.account);
    if (account == part.now.end()) return;
    account->second.erase(entry);
    if (account->second.empty()) part.now.erase(account);
  }

  // The domain whose turn it is; nullptr: none is due. It stays in the queue, and the next turn is another account's.
  [[nodiscard]] const std::string* next(Turn turn, base::SteadyTime now) {
    Part& part = this->part(turn);
    while (!part.later.empty() && part.later.begin()->due <= now) {
      auto entry = part.later.extract(part.later.begin());
      part.now[entry.value().account].insert(std::move(entry));
    }
    if (part.now.empty()) return nullptr;
    auto account = part.now.upper_bound(part.last);
    if (account == part.now.end()) account = part.now.begin();
    part.last = account->first;
    return account->second.begin()->domain;
  }

  // When next() may have one; nullopt: not before something is added.
  [[nodiscard]] std::optional<base::SteadyTime> first(Turn turn) const {
    const Part& part = parts_.at(static_cast<std::size_t>(turn));
    if (!part.now.empty()) return part.now.begin()->second.begin()->due;
    if (!part.later.empty()) return part.later.begin()->due;
    return std::nullopt;
  }

 private:
  struct Part {
    std::set<Entry> later;  // some may be due already
    std::map<base::AccountId, std::set<Entry>> now;
    base::AccountId last;  // whose turn it was
  };
  Part& part(Turn turn) { return parts_.at(static_cast<std::size_t>(turn)); }

  std::array<Part, kTurns.size()> parts_;
};

}  // namespace livecert::edge
