#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace livecert::base {

// A row of a table of words: a value of an enumeration, and its word in the API, in the store or in a file.
template <typename Value>
struct Word {
  Value value;
  std::string_view text;
};

// The word of a value. The table has a row for it.
template <typename Value, std::size_t size>
[[nodiscard]] constexpr std::string_view text_of(const std::array<Word<Value>, size>& words, Value value) {
  const auto row = std::ranges::find(words, value, &Word<Value>::value);
  LIVECERT_CHECK(row != words.end());
  return row->text;
}

// nullopt: the table does not have the word.
template <typename Value, std::size_t size>
[[nodiscard]] constexpr std::optional<Value> value_of(const std::array<Word<Value>, size>& words,
                                                      std::string_view text) {
  const auto row = std::ranges::find(words, text, &Word<Value>::text);
  return row == words.end() ? std::nullopt : std::optional(row->value);
}

// All words of the table, in its order.
template <typename Value, std::size_t size>
[[nodiscard]] std::vector<std::string_view> words_of(const std::array<Word<Value>, size>& words) {
  std::vector<std::string_view> texts;
  texts.reserve(size);
  for (const Word<Value>& word : words) texts.push_back(word.text);
  return texts;
}

// For static_assert: whether the table has one row for each value from 0 to the last one, in their order.
template <typename Value, std::size_t size>
[[nodiscard]] consteval bool has_all_words(const std::array<Word<Value>, size>& words, Value last) {
  if (size != static_cast<std::size_t>(last) + 1) return false;
  for (std::size_t i = 0; i < size; ++i) {
    if (static_cast<std::size_t>(words.at(i).value) != i) return false;
  }
  return true;
}

}  // namespace livecert::base
