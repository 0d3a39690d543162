#pragma once

#include <atomic>

#include "base/error.h"

namespace livecert::base {

// From construction to destruction, provides the flag that says that this thread's work is no longer needed: its
// deadline has passed, or the client has gone. Long loops and reads call is_given_up() and end early. The flag belongs
// to the thread, as Blocking does, so that no layer has to pass it on.
class GivenUpScope {
 public:
  // The flag must outlive the scope. An inner scope replaces it while it exists.
  explicit GivenUpScope(const std::atomic<bool>& flag);
  GivenUpScope(const GivenUpScope&) = delete;
  GivenUpScope& operator=(const GivenUpScope&) = delete;
  ~GivenUpScope();

 private:
  const std::atomic<bool>* outer_;
};

// The error of a read or loop that ends early: kDeadlineExceeded.
[[nodiscard]] Error given_up_error();

// False outside of any scope. Costs one or two loads.
[[nodiscard]] bool is_given_up();

}  // namespace livecert::base
