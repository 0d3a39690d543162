#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include <gtest/gtest.h>

namespace livecert::x509 {

// A reason why we and OpenSSL may judge one input differently: `holds` looks at what OpenSSL or the tests' own reader
// sees in it, never at our verdict.
template <typename Input>
struct Difference {
  const char* reason;
  bool (*holds)(const Input& input);
};

// The reasons of one kind, and how often each was the only one for a difference: a reason that never is explains
// nothing and has to go.
template <typename Input>
class DifferenceTable {
 public:
  explicit DifferenceTable(std::span<const Difference<Input>> rows) : rows_(rows), needed_(rows.size(), 0) {}

  // Whether any of the reasons holds.
  [[nodiscard]] bool explains(const Input& input) const {
    return std::ranges::any_of(rows_, [&](const auto& row) { return row.holds(input); });
  }
  // The same for a difference that did occur.
  [[nodiscard]] bool explains_difference(const Input& input) {
    int found = 0;
    std::size_t last = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!rows_[i].holds(input)) continue;
      ++found;
      last = i;
    }
    if (found == 1) ++needed_[last];
    return found > 0;
  }

  void expect_all_needed() const {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      EXPECT_GT(needed_[i], 0) << "never the only reason: " << rows_[i].reason;
      testing::Test::RecordProperty(rows_[i].reason, needed_[i]);
      if (std::getenv("LIVECERT_SHOW_DIFFERENCES") != nullptr) {
        std::printf("%8d  %s\n", needed_[i], rows_[i].reason);
      }
    }
  }

 private:
  std::span<const Difference<Input>> rows_;
  std::vector<int> needed_;
};

}  // namespace livecert::x509
