#pragma once

#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "domain/decision.h"

// Decisions look at their reasons in a fixed order, and the first that holds is the answer.
namespace livecert::domain {

// A decision without the names in its refusal.
template <typename Effect>
struct Verdict {
  // NOLINTBEGIN(google-explicit-constructor): tests compare it with either.
  Verdict(Effect effect) : value(effect) {}
  Verdict(std::pair<Reason, Subject> refusal) : value(refusal) {}
  Verdict(const Decision<Effect>& decision) : value(Effect{}) {
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
      value = std::pair(refusal->reason, refusal->subject);
    } else {
      value = std::get<Effect>(decision);
    }
  }
  // NOLINTEND(google-explicit-constructor)
  std::variant<Effect, std::pair<Reason, Subject>> value;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

inline std::pair<Reason, Subject> refused(Reason reason, Subject subject) {
  return {reason, subject};
}

template <typename Case, typename Answer>
struct Rung {
  Answer verdict;
  std::function<void(Case&)> spoil;  // makes its reason hold
  std::string name = {};
};

// `good`, whose verdict() is not a refusal, is refused for each reason alone. When a reason holds together with all
// after it, that reason is the answer.
template <typename Case, typename Answer>
void expect_ladder(Case good, const std::vector<Rung<Case, Answer>>& rungs) {
  for (const auto& rung : rungs) {
    Case alone = good;
    EXPECT_NE(alone.verdict(), rung.verdict) << rung.name;
    rung.spoil(alone);
    EXPECT_EQ(alone.verdict(), rung.verdict) << rung.name;
  }
  for (auto rung = rungs.rbegin(); rung != rungs.rend(); ++rung) {
    rung->spoil(good);
    EXPECT_EQ(good.verdict(), rung->verdict) << rung->name << ", with all that is looked at later";
  }
}

}  // namespace livecert::domain
