#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/time.h"

namespace livecert::edge {

// The domains of one edge by the time at which they are due. Changes go before routine checks.
class DueQueue {
 public:
  using Entries = std::set<std::pair<base::SteadyTime, std::string>>;

  void add(const std::string& domain, base::SteadyTime due, bool is_routine) {
    (is_routine ? routine_ : urgent_).emplace(due, domain);
  }
  void remove(const std::string& domain, base::SteadyTime due, bool is_routine) {
    (is_routine ? routine_ : urgent_).erase({due, domain});
  }
  [[nodiscard]] const Entries& urgent() const { return urgent_; }
  [[nodiscard]] const Entries& routine() const { return routine_; }
  [[nodiscard]] std::optional<base::SteadyTime> first() const {
    if (urgent_.empty() && routine_.empty()) return std::nullopt;
    if (urgent_.empty()) return routine_.begin()->first;
    if (routine_.empty()) return urgent_.begin()->first;
    return std::min(urgent_.begin()->first, routine_.begin()->first);
  }

 private:
  Entries urgent_;
  Entries routine_;
};

}  // namespace livecert::edge
