#pragma once

#include <chrono>

namespace livecert::edge {

// What an operator decides about delivery.
struct PlanOptions {
  // The table of edge/delivery/rules.h. If false, a new version goes to all edges at once, and each tries again by
  // itself.
  bool put_back = true;
  std::chrono::milliseconds proof_interval{30'000};  // between two checks of what is served
  // At an edge that is watched (Sighting), its domains are looked at in turn, and each look has so much time.
  std::chrono::milliseconds look_pace{100};

  bool operator==(const PlanOptions&) const = default;
};

}  // namespace livecert::edge
