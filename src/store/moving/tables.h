#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// The content of a store, as it is moved from one engine to another. A test holds these lists equal to the tables of
// both engines.
namespace livecert::store::moving {

enum class Kind : std::uint8_t { kNumber, kText, kBlob };

struct Column {
  std::string_view name;
  Kind kind = Kind::kNumber;
  bool may_be_absent = false;
};

struct Table {
  std::string_view name;
  std::vector<Column> columns;  // the key first
  std::size_t key_columns = 1;
  // Rows are made and removed but never changed. Its key is one number.
  bool is_immutable = false;
};

// In an order in which rows come after the rows that they refer to.
[[nodiscard]] std::span<const Table> tables();

// What an engine has for itself. `column` is empty for a whole table.
struct LeftBehind {
  std::string_view table;
  std::string_view column = {};
};
[[nodiscard]] std::span<const LeftBehind> left_behind_in_sqlite();
[[nodiscard]] std::span<const LeftBehind> left_behind_in_postgres();

// The foreign keys of the tables in PostgreSQL.
struct ForeignKey {
  std::string_view table;
  std::string_view name;
  std::string_view definition;
};
[[nodiscard]] std::span<const ForeignKey> foreign_keys_of_postgres();
// Its tables whose column `id` counts by itself when a row names none.
[[nodiscard]] std::span<const std::string_view> counting_tables_of_postgres();

}  // namespace livecert::store::moving
