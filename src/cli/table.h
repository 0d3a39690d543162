#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace livecert::cli {

// The width of a text on a terminal: two columns for East Asian wide characters, none for combining ones.
[[nodiscard]] std::size_t display_width(std::string_view utf8);

// The text with control characters replaced, so that a foreign name can neither command a terminal nor turn the text
// around it.
[[nodiscard]] std::string printable(std::string_view utf8);

// Rows of text in columns as wide as their widest cell.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : rows_{std::move(header)} {}
  // The row must have as many cells as the header.
  void add(std::vector<std::string> row);
  [[nodiscard]] bool empty() const { return rows_.size() == 1; }
  [[nodiscard]] std::string to_text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace livecert::cli
