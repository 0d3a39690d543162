#pragma once

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

// Decisions look at their reasons in a fixed order, and the first that holds is the answer.
namespace livecert::domain {

template <typename Case, typename Verdict>
struct Rung {
  Verdict verdict;
  std::function<void(Case&)> spoil;  // makes its reason hold
  std::string name = {};
};

// `good`, whose verdict() is no refusal, is refused for each reason alone, and for the first of any that hold together
// with all after it.
template <typename Case, typename Verdict>
void expect_ladder(Case good, const std::vector<Rung<Case, Verdict>>& rungs) {
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
