#pragma once

#include <atomic>
#include <optional>

#include "base/owned_descriptor.h"
#include "base/time.h"

namespace livecert::edge {

// Tells the steps that are under way at an edge to end. It stays raised. Callable from every thread.
class StopSignal {
 public:
  StopSignal();

  void raise();
  [[nodiscard]] bool is_raised() const { return raised_at().has_value(); }
  [[nodiscard]] std::optional<base::SteadyTime> raised_at() const;
  // For poll(): becomes readable when the signal is raised.
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

 private:
  base::OwnedDescriptor descriptor_;
  std::atomic<base::SteadyTime::rep> raised_at_{0};
};

// For poll(): the descriptor, or one that poll() ignores when there is no signal.
[[nodiscard]] int descriptor_of(const StopSignal* stop);
[[nodiscard]] bool is_raised(const StopSignal* stop);

}  // namespace livecert::edge
