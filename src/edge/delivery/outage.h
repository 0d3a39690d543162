#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/time.h"

namespace livecert::edge {

// A time in which a whole edge cannot be reached or written. livecert asks it again after pauses that double up to two
// seconds.
class Outage {
 public:
  // Begins or continues the outage. Returns whether it began now, or has another reason than before.
  bool begin(base::SteadyTime now, const std::string& reason);
  // Ends the outage. Returns whether there was one.
  bool end();

  [[nodiscard]] bool is_on() const { return until_.has_value(); }
  // The time to ask again; nullopt: there is no outage.
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
