#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/time.h"

namespace livecert::edge {

// A time in which an edge as a whole cannot be reached, or not be written. It is asked again after pauses that double
// up to two seconds.
class Outage {
 public:
  // Whether this is the begin of the outage, or its reason is another one than before.
  bool lose(base::SteadyTime now, const std::string& reason);
  // Whether there was an outage that ends with this.
  bool regain();

  [[nodiscard]] bool is_on() const { return until_.has_value(); }
  // When to ask again; nullopt: there is no outage.
  [[nodiscard]] const std::optional<base::SteadyTime>& until() const { return until_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }

  std::string domain = {};  // the domain whose task began it
  bool is_shared = false;   // other domains got no answer either

 private:
  std::optional<base::SteadyTime> until_;
  std::chrono::milliseconds pause_{0};
  std::string reason_;
};

}  // namespace livecert::edge
