#include "x509/rule_text.h"

#include <algorithm>

namespace livecert::x509 {

std::string to_shown(std::string_view text) {
  constexpr std::size_t kMaxText = 80;
  std::string shown(text.substr(0, kMaxText));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return shown + (text.size() > kMaxText ? "..." : "");
}

std::string list_some(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    text += (i > 0 ? ", \"" : "\"") + to_shown(names[i]) + "\"";
  }
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

}  // namespace livecert::x509
