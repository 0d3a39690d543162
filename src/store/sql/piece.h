#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "store/sql/session.h"

namespace livecert::store::sql {

// A piece of a statement with the values of its `?`, in order. Outside text is only ever a value.
class Piece {
 public:
  void add(std::string_view text) { text_ += text; }
  template <typename... Values>
  void add(std::string_view text, const Values&... values) {
    text_ += text;
    (values_.emplace_back(values), ...);
  }
  void add(const Piece& other) {
    text_ += other.text_;
    values_.insert(values_.end(), other.values_.begin(), other.values_.end());
  }

  // `begin` followed by a list of the values in parentheses; empty without values. Their number is rounded up to a
  // power of two by repeating the last one, so that there are few different statements.
  template <typename Wanted>
  void add_any_of(std::string_view begin, const std::vector<Wanted>& values) {
    if (values.empty()) return;
    add(begin);
    for (std::size_t i = 0; i < std::bit_ceil(values.size()); ++i) {
      add(i == 0 ? "(?" : ", ?", values[std::min(i, values.size() - 1)]);
    }
    add(")");
  }

  [[nodiscard]] base::Result<Query> query(Session& database) const {
    std::vector<Value> values;
    values.reserve(values_.size());
    for (const auto& owned : values_) {
      std::visit([&](const auto& value) { values.push_back(to_value(value)); }, owned);
    }
    return database.query_with(text_, values);
  }

 private:
  std::string text_;
  std::vector<std::variant<std::int64_t, std::string, base::Bytes>> values_;
};

}  // namespace livecert::store::sql
