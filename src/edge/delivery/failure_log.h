#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "edge/delivery/plan.h"

namespace livecert::edge {

// Thousands of domains may fail at one edge for one reason. The log gets a line for the first of them, and a minute
// later the number of the others. Used by one thread at a time.
class FailureLog {
 public:
  // Whether the log gets this line. Reasons that differ only in the name of the domain are one.
  [[nodiscard]] bool is_first(const Event& event, const std::string& line, base::SteadyTime now) {
    std::string reason = std::to_string(event.edge) + " " + event.reason;
    std::size_t at = event.domain.empty() ? std::string::npos : reason.find(event.domain);
    while (at != std::string::npos) {
      reason.replace(at, event.domain.size(), "*");
      at = reason.find(event.domain, at + 1);
    }
    const auto [said, is_new] = said_.try_emplace(std::move(reason), Said{now, line});
    if (!is_new) ++said->second.others;
    return is_new;
  }

  // The lines about the others, of each reason whose minute is over.
  [[nodiscard]] std::vector<std::string> take_others(base::SteadyTime now) {
    std::vector<std::string> lines;
    std::erase_if(said_, [&](const auto& entry) {
      const Said& said = entry.second;
      const bool is_over = now - said.at >= std::chrono::minutes(1);
      if (is_over && said.others > 0) {
        lines.push_back(said.line + " (and " + std::to_string(said.others) + " more such failures within a minute)");
      }
      return is_over;
    });
    return lines;
  }

  // Begins anew with an edge: its number may be another edge's from now on.
  void forget(std::size_t edge) {
    const std::string begin = std::to_string(edge) + " ";
    std::erase_if(said_, [&](const auto& entry) { return entry.first.starts_with(begin); });
  }

 private:
  struct Said {
    base::SteadyTime at;
    std::string line;
    std::size_t others = 0;
  };
  std::map<std::string, Said> said_;
};

}  // namespace livecert::edge
