#include "cli/table.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/check.h"
#include "base/control_character.h"

namespace livecert::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode Standard Annex #11: the blocks whose characters are wide or fullwidth.
constexpr std::array kWide{Range{0x1100, 0x115F},  Range{0x2E80, 0x303E}, Range{0x3041, 0xA4CF},
                           Range{0xAC00, 0xD7A3},  Range{0xF900, 0xFAFF}, Range{0xFE30, 0xFE6F},
                           Range{0xFF00, 0xFF60},  Range{0xFFE0, 0xFFE6}, Range{0x1F300, 0x1FAFF},
                           Range{0x20000, 0x3FFFD}};
constexpr std::array kCombining{Range{0x0300, 0x036F}, Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF},
                                Range{0xFE00, 0xFE0F}};

template <std::size_t size>
bool contains(const std::array<Range, size>& ranges, char32_t character) {
  return std::ranges::any_of(ranges,
                             [&](const Range& range) { return character >= range.first && character <= range.last; });
}

}  // namespace

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  while (!utf8.empty()) {
    const char32_t character = base::take_character(utf8);
    if (!contains(kCombining, character)) width += contains(kWide, character) ? 2U : 1U;
  }
  return width;
}

std::string printable(std::string_view utf8) {
  std::string shown;
  while (!utf8.empty()) {
    const std::string_view before = utf8;
    const char32_t character = base::take_character(utf8);
    const std::string_view taken = before.substr(0, before.size() - utf8.size());
    if (base::is_control(character)) {
      shown += '?';
    } else {
      shown += taken;
    }
  }
  return shown;
}

void Table::add(std::vector<std::string> row) {
  LIVECERT_CHECK(row.size() == rows_.front().size());
  for (std::string& cell : row) cell = printable(cell);
  rows_.push_back(std::move(row));
}

std::string Table::to_text() const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] - display_width(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace livecert::cli
