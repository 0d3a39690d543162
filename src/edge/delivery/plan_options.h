#pragma once

#include <chrono>

namespace livecert::edge {

// What an operator decides about delivery.
struct PlanOptions {
  // The table of edge/delivery/rules.h. If false, a new version goes to all edges at once, and each tries again by
  // itself.
  bool put_back = true;
  std::chrono::milliseconds proof_interval{30'000};  // between two checks of what is served

  bool operator==(const PlanOptions&) const = default;
};

}  // namespace livecert::edge
