#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace livecert::base {
namespace {

// A range of leading bytes, the range of the byte after them, and the number of bytes that the character has.
struct Utf8Row {
  std::uint8_t first;
  std::uint8_t last;
  std::uint8_t second_first;
  std::uint8_t second_last;
  std::size_t length;
};
constexpr std::array kUtf8Rows{
    Utf8Row{0xC2, 0xDF, 0x80, 0xBF, 2}, Utf8Row{0xE0, 0xE0, 0xA0, 0xBF, 3}, Utf8Row{0xE1, 0xEC, 0x80, 0xBF, 3},
    Utf8Row{0xED, 0xED, 0x80, 0x9F, 3}, Utf8Row{0xEE, 0xEF, 0x80, 0xBF, 3}, Utf8Row{0xF0, 0xF0, 0x90, 0xBF, 4},
    Utf8Row{0xF1, 0xF3, 0x80, 0xBF, 4}, Utf8Row{0xF4, 0xF4, 0x80, 0x8F, 4},
};

}  // namespace

bool is_utf8(ByteView text) {
  while (!text.empty()) {
    const std::uint8_t lead = text[0];
    const auto* row = std::ranges::find_if(
        kUtf8Rows, [lead](const Utf8Row& each) { return each.first <= lead && lead <= each.last; });
    const bool is_ascii = lead < 0x80;
    if (!is_ascii && (row == kUtf8Rows.end() || text.size() < row->length)) return false;
    const std::size_t length = is_ascii ? 1 : row->length;
    for (std::size_t i = 1; i < length; ++i) {
      const std::uint8_t from = i == 1 ? row->second_first : 0x80;
      const std::uint8_t to = i == 1 ? row->second_last : 0xBF;
      if (text[i] < from || text[i] > to) return false;
    }
    text = text.subspan(length);
  }
  return true;
}

}  // namespace livecert::base
