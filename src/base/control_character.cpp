#include "base/control_character.h"

#include <algorithm>
#include <array>

namespace livecert::base {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr std::array kControls{Range{0x00, 0x1F},     Range{0x7F, 0x9F},     Range{0x061C, 0x061C},
                               Range{0x200E, 0x200F}, Range{0x2028, 0x202E}, Range{0x2066, 0x2069}};

}  // namespace

char32_t take_character(std::string_view& utf8) {
  const auto lead = static_cast<unsigned char>(utf8.front());
  const std::size_t length = lead >= 0xF0 ? 4U : lead >= 0xE0 ? 3U : lead >= 0xC0 ? 2U : 1U;
  if (length == 1 || utf8.size() < length) {
    utf8.remove_prefix(1);
    return lead;
  }
  auto character = static_cast<char32_t>(lead & (0xFFU >> (length + 1U)));
  for (std::size_t i = 1; i < length; ++i) {
    character = character << 6U | (static_cast<unsigned char>(utf8[i]) & 0x3FU);
  }
  utf8.remove_prefix(length);
  return character;
}

bool is_control(char32_t character) {
  return std::ranges::any_of(
      kControls, [character](const Range& range) { return character >= range.first && character <= range.last; });
}

std::string escape_controls(std::string_view utf8) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  // The common case.
  if (std::ranges::all_of(utf8, [](char c) { return c >= ' ' && c <= '~'; })) return std::string(utf8);
  std::string escaped;
  while (!utf8.empty()) {
    const std::string_view before = utf8;
    const bool is_shown = !is_control(take_character(utf8));
    const std::string_view taken = before.substr(0, before.size() - utf8.size());
    if (is_shown) {
      escaped += taken;
      continue;
    }
    for (const char c : taken) {
      const auto byte = static_cast<unsigned char>(c);
      escaped += {'\\', kHex[byte >> 4U], kHex[byte & 0x0FU]};
    }
  }
  return escaped;
}

}  // namespace livecert::base
