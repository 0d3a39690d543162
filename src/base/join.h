#pragma once

#include <string>
#include <string_view>

namespace livecert::base {

// Returns the words of a list with the separator between them.
template <typename Words>
[[nodiscard]] std::string join(const Words& words, std::string_view separator) {
  std::string text;
  bool is_first = true;
  for (const auto& word : words) {
    if (!is_first) text += separator;
    text += word;
    is_first = false;
  }
  return text;
}

}  // namespace livecert::base
