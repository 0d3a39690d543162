#pragma once

#include <atomic>

#include "base/error.h"

namespace livecert::base {

// Says, from construction to destruction, where it shows that nobody waits any more for what this thread works on: its
// deadline has passed, or who asked has gone. Long loops and reads ask is_given_up() and end early. A property of the
// thread, as Blocking is, so that it needs no argument passed through every layer.
class GivenUpScope {
 public:
  // The flag must outlive the scope; within it, another scope holds instead.
  explicit GivenUpScope(const std::atomic<bool>& flag);
  GivenUpScope(const GivenUpScope&) = delete;
  GivenUpScope& operator=(const GivenUpScope&) = delete;
  ~GivenUpScope();

 private:
  const std::atomic<bool>* outer_;
};

// What a read or a loop ends with then: kDeadlineExceeded.
[[nodiscard]] Error given_up_error();

// False outside of any scope. Costs a load or two.
[[nodiscard]] bool is_given_up();

}  // namespace livecert::base
