#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "store/moving/tables.h"
#include "store/sql/session.h"

namespace livecert::store::moving {

// Some columns of one row, the first ones of its table, in bytes that are the same whichever engine the row is from.
class Row {
 public:
  // Reads the row at which the query is.
  [[nodiscard]] static Row read(const sql::Query& query, const Table& table, std::size_t columns);

  [[nodiscard]] base::ByteView bytes() const { return bytes_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  // Valid as long as this is.
  [[nodiscard]] std::vector<sql::Value> values() const;
  // The first value of a row whose key is a number.
  [[nodiscard]] std::int64_t number() const;

 private:
  base::Bytes bytes_;
  std::size_t columns_ = 0;
};

// The order of the keys' columns, which is that of both engines: text and blobs byte by byte.
[[nodiscard]] std::strong_ordering compare_keys(const Row& a, const Row& b, std::size_t key_columns);

}  // namespace livecert::store::moving
