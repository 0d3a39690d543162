#include "base/shown.h"

#include <algorithm>

namespace livecert::base {

std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  constexpr std::size_t kBeginning = 16;
  const bool is_long = text.size() > kLongest;
  std::string printable(text.substr(0, is_long ? kBeginning : kLongest));
  std::ranges::replace_if(
      printable, [](char c) { return c <= ' ' || c > '~'; }, '?');
  return is_long ? printable + "..." : printable;
}

}  // namespace livecert::base
