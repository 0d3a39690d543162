#include "x509/rule_text.h"

#include <algorithm>

namespace livecert::x509 {

std::string list_some(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 5;
  constexpr std::size_t kMaxName = 80;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    if (i > 0) text += ", ";
    std::string name = names[i].substr(0, kMaxName);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    text += name + (names[i].size() > kMaxName ? "..." : "");
  }
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

}  // namespace livecert::x509
