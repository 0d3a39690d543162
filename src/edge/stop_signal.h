#pragma once

#include <atomic>
#include <optional>

#include "base/owned_descriptor.h"
#include "base/time.h"

namespace livecert::edge {

// Tells the steps that are under way at an edge to come to their end. Once raised it stays so. Callable from every
// thread.
class StopSignal {
 public:
  StopSignal();

  void raise();
  [[nodiscard]] bool is_raised() const { return raised_at().has_value(); }
  [[nodiscard]] std::optional<base::SteadyTime> raised_at() const;
  // Readable once it is raised: for poll(), beside what a step waits for.
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

 private:
  base::OwnedDescriptor descriptor_;
  std::atomic<base::SteadyTime::rep> raised_at_{0};
};

// For poll(): the descriptor, or one that poll() passes over where there is no signal.
[[nodiscard]] int descriptor_of(const StopSignal* stop);
[[nodiscard]] bool is_raised(const StopSignal* stop);

}  // namespace livecert::edge
