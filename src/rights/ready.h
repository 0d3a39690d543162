#pragma once

#include <span>
#include <string_view>

namespace livecert::rights {

// A policy that every store has, by its name.
struct ReadyPolicy {
  std::string_view name;
  std::string_view document;
};

[[nodiscard]] std::span<const ReadyPolicy> ready_policies();
// nullptr: there is none of that name. Names are compared without regard to ASCII case, so that nobody makes a policy
// `readonly` beside `ReadOnly`.
[[nodiscard]] const ReadyPolicy* find_ready_policy(std::string_view name);

}  // namespace livecert::rights
