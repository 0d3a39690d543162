#include "cli/table.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/check.h"
#include "base/control_character.h"
#include "cli/terminal.h"

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

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;  // no column is cut to less

// The longest beginning of the text that fits, with "…" where something was cut.
std::string cut(const std::string& text, std::size_t width) {
  if (display_width(text) <= width) return text;
  std::string begin;
  std::string_view rest = text;
  std::size_t taken = 0;
  while (!rest.empty()) {
    const std::string_view before = rest;
    base::take_character(rest);
    const std::string_view character = before.substr(0, before.size() - rest.size());
    taken += display_width(character);
    if (taken + 1 > width) break;
    begin += character;
  }
  return begin + "…";
}

// Takes the widest column down again and again until the sum fits, or nothing more can be taken.
void fit(std::vector<std::size_t>& widths, std::size_t most) {
  const auto sum = [&] {
    std::size_t all = kGap * (widths.size() - 1);
    for (const std::size_t width : widths) all += width;
    return all;
  };
  while (sum() > most) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= kNarrowest) return;
    --*widest;
  }
}

std::string_view begin_of(Tone tone) {
  switch (tone) {
    case Tone::kWarning:
      return "\x1b[33m";
    case Tone::kTrouble:
      return "\x1b[31m";
    case Tone::kPlain:
      break;
  }
  return "";
}

std::string csv_cell(const std::string& text) {
  std::string cell = text;
  if (!cell.empty() && std::string_view("=+-@").find(cell.front()) != std::string_view::npos) cell.insert(0, 1, '\'');
  if (cell.find_first_of(",\"") == std::string::npos) return cell;
  for (std::size_t at = cell.find('"'); at != std::string::npos; at = cell.find('"', at + 2)) cell.insert(at, 1, '"');
  return '"' + cell + '"';
}

}  // namespace

void Table::add(std::vector<std::string> row, Tone tone) {
  LIVECERT_CHECK(row.size() == rows_.front().cells.size());
  for (std::string& cell : row) cell = printable(cell);
  rows_.push_back({std::move(row), tone});
}

std::string Table::to_text() const {
  return to_text(std::nullopt, false);
}

std::string Table::to_text(std::optional<std::size_t> width, bool colored) const {
  std::vector<std::size_t> widths(rows_.front().cells.size());
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], display_width(row.cells[i]));
  }
  if (width) fit(widths, *width);
  std::string text;
  for (const Row& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::string cell = cut(row.cells[i], widths[i]);
      line += cell;
      if (i + 1 < widths.size()) line += std::string(widths[i] - display_width(cell) + kGap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    const bool toned = colored && row.tone != Tone::kPlain;
    if (toned) text += begin_of(row.tone);
    text += line;
    if (toned) text += "\x1b[0m";
    text += '\n';
  }
  return text;
}

std::string Table::to_csv() const {
  std::string text;
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) text += (i == 0 ? "" : ",") + csv_cell(row.cells[i]);
    text += "\r\n";
  }
  return text;
}

std::string shown(const Table& table) {
  return table.to_text(std::nullopt, may_color());
}

}  // namespace livecert::cli
