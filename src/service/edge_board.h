#pragma once

#include <vector>

#include "edge/fleet.h"

namespace livecert::service {

// What the edges of this process are doing. Callable from every thread.
class EdgeBoard {
 public:
  EdgeBoard() = default;
  EdgeBoard(const EdgeBoard&) = delete;
  EdgeBoard& operator=(const EdgeBoard&) = delete;
  virtual ~EdgeBoard() = default;

  [[nodiscard]] virtual std::vector<edge::EdgeStatus> status() const = 0;
};

}  // namespace livecert::service
