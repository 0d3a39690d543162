#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace livecert::cli {

// The width of a text on a terminal: two columns for East Asian wide characters, none for combining ones.
[[nodiscard]] std::size_t display_width(std::string_view utf8);

// The text with control characters replaced, so that a foreign name can neither command a terminal nor turn the text
// around it.
[[nodiscard]] std::string printable(std::string_view utf8);

// What a row says to somebody who looks for trouble.
enum class Tone : std::uint8_t { kPlain, kWarning, kTrouble };

// Rows of text in columns as wide as their widest cell.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : rows_{Row{std::move(header), Tone::kPlain}} {}
  // The row must have as many cells as the header.
  void add(std::vector<std::string> row, Tone tone = Tone::kPlain);
  [[nodiscard]] bool empty() const { return rows_.size() == 1; }
  [[nodiscard]] std::string to_text() const;
  // Lines of at most so many columns if there are any: the widest columns are cut, and "…" stands at their ends. Rows
  // with a tone are coloured (ECMA-48, SGR) if `colored`.
  [[nodiscard]] std::string to_text(std::optional<std::size_t> width, bool colored) const;
  // RFC 4180, with a line of names. A cell that a spreadsheet would take for a formula gets an apostrophe in front.
  [[nodiscard]] std::string to_csv() const;

 private:
  struct Row {
    std::vector<std::string> cells;
    Tone tone;
  };
  std::vector<Row> rows_;
};

// In whole, with colours where a terminal shows them.
[[nodiscard]] std::string shown(const Table& table);

}  // namespace livecert::cli
