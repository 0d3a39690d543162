#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace livecert::store::sqlite {

// Searches many texts for one part, ignoring ASCII case, in time linear in the text for any input (Knuth, Morris and
// Pratt): parts come from outside, and every name of an account is searched.
class TextSearch {
 public:
  // `part` must be in lower case. Every text contains an empty part.
  explicit TextSearch(std::string_view part);

  [[nodiscard]] bool is_in(std::string_view text) const {
    return is_in(text, [](char c, char lower) { return (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) == lower; });
  }
  // With a function that compares a character of the text with one of the part, so that tests can count.
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
  // For each prefix of the part: the length of its longest proper prefix that is also its suffix.
  std::vector<std::size_t> border_;
};

}  // namespace livecert::store::sqlite
