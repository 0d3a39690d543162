#pragma once

#include <string>
#include <vector>

#include "edge/delivery/task.h"

namespace livecert::edge {

// Carries out the tasks of one edge, on this machine or on another one. Used by one thread at a time.
class Worker {
 public:
  Worker() = default;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  virtual ~Worker() = default;

  // One end for each task, in order. Once the edge is found unreachable, the other tasks do not try to reach it.
  [[nodiscard]] virtual std::vector<Finished> perform(const std::vector<Task>& tasks) = 0;
  // Returns the fault that keeps the edge from taking certificates, even before one has to be written; empty if there
  // is none.
  [[nodiscard]] virtual std::string inspect() { return {}; }
  // To be called every second or two: much less than a look costs, however many domains there are.
  [[nodiscard]] virtual Sighting watch() { return {}; }
  // Callable from every thread. Tasks that are not done end with kStopped; the step under way ends within a second or
  // two.
  virtual void stop() = 0;
};

}  // namespace livecert::edge
