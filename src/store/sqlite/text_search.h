#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace livecert::store::sqlite {

// Looks for one part in many texts without regard to ASCII case, in time linear in the text whatever both are (Knuth,
// Morris and Pratt): parts come from outside, and every name of an account is looked through.
class TextSearch {
 public:
  // `part` in lower case; an empty one is in every text.
  explicit TextSearch(std::string_view part);

  [[nodiscard]] bool is_in(std::string_view text) const {
    return is_in(text, [](char c, char lower) { return (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) == lower; });
  }
  // With the comparison of a character of the text with one of the part, which tests count.
  template <typename Same>
  [[nodiscard]] bool is_in(std::string_view text, const Same& same) const {
    if (part_.empty()) return true;
    std::size_t matched = 0;
    for (const char c : text) {
      while (matched > 0 && !same(c, part_[matched])) matched = border_[matched - 1];
      if (same(c, part_[matched]) && ++matched == part_.size()) return true;
    }
    return false;
  }

 private:
  std::string part_;
  // Of each beginning of the part: how long the longest shorter beginning is that it also ends with.
  std::vector<std::size_t> border_;
};

}  // namespace livecert::store::sqlite
