#pragma once

#include <string_view>

namespace livecert::base {

// Returns the text without the blanks and tabs around it (RFC 9110 §5.5).
[[nodiscard]] constexpr std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace livecert::base
