#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rights/policy.h"

namespace livecert::rights {

struct NamedPolicy {
  std::string name;
  Policy policy;
};

// The policies that hold for one access key. Each of the two places limits: where policies are attached, one of them
// must allow an action and none may deny it. A place without policies limits nothing.
struct Attached {
  std::vector<NamedPolicy> to_account = {};
  std::vector<NamedPolicy> to_key = {};

  [[nodiscard]] bool is_empty() const { return to_account.empty() && to_key.empty(); }
};

struct Decision {
  bool is_allowed = true;
  std::string why = {};    // the policy and the statement that decided, in words; empty: no policy limits the action
  Projects projects = {};  // what is allowed is limited to these
};

// `session`: the policy of a temporary key; nullptr: none. `explain`: also say what allowed it.
[[nodiscard]] Decision decide(const Attached& attached, const Policy* session, const Question& question,
                              bool explain = false);

}  // namespace livecert::rights
