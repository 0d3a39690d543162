#include "store/moving/row.h"

#include <array>
#include <compare>
#include <string_view>

#include "base/check.h"

namespace livecert::store::moving {
namespace {

// Before each value; a number follows in eight bytes, text and blobs after their size in eight bytes.
enum class Tag : std::uint8_t { kAbsent, kNumber, kText, kBlob };

void append_number(base::Bytes& bytes, std::uint64_t number) {
  std::array<std::uint8_t, 8> digits{};
  for (std::size_t i = digits.size(); i-- > 0; number >>= 8U) digits[i] = static_cast<std::uint8_t>(number & 0xffU);
  bytes.insert(bytes.end(), digits.begin(), digits.end());
}

void append(base::Bytes& bytes, const sql::Query& query, int place, const Column& column) {
  if (column.may_be_absent && query.is_null(place)) {
    bytes.push_back(static_cast<std::uint8_t>(Tag::kAbsent));
    return;
  }
  if (column.kind == Kind::kNumber) {
    bytes.push_back(static_cast<std::uint8_t>(Tag::kNumber));
    append_number(bytes, static_cast<std::uint64_t>(query.integer(place)));
    return;
  }
  const base::ByteView view = query.view(place);
  bytes.push_back(static_cast<std::uint8_t>(column.kind == Kind::kText ? Tag::kText : Tag::kBlob));
  append_number(bytes, view.size());
  bytes.insert(bytes.end(), view.begin(), view.end());
}

// Goes through the values of a row.
class Reader {
 public:
  explicit Reader(base::ByteView bytes) : left_(bytes) {}

  [[nodiscard]] sql::Value next() {
    const Tag tag{left_.front()};
    left_ = left_.subspan(1);
    if (tag == Tag::kAbsent) return {};
    const std::uint64_t number = take_number();
    if (tag == Tag::kNumber) return static_cast<std::int64_t>(number);
    const base::ByteView view = left_.first(number);
    left_ = left_.subspan(number);
    if (tag == Tag::kText) return base::as_text(view);
    return view;
  }

 private:
  std::uint64_t take_number() {
    std::uint64_t number = 0;
    for (const std::uint8_t byte : left_.first(8)) number = number << 8U | byte;
    left_ = left_.subspan(8);
    return number;
  }
  base::ByteView left_;
};

std::strong_ordering compare(const sql::Value& a, const sql::Value& b) {
  if (const auto* number = std::get_if<std::int64_t>(&a)) return *number <=> std::get<std::int64_t>(b);
  // A string_view compares bytes without a sign.
  const auto text = [](const sql::Value& value) {
    const auto* blob = std::get_if<base::ByteView>(&value);
    return blob != nullptr ? base::as_text(*blob) : std::get<std::string_view>(value);
  };
  return text(a).compare(text(b)) <=> 0;
}

}  // namespace

Row Row::read(const sql::Query& query, const Table& table, std::size_t columns) {
  Row row;
  row.columns_ = columns;
  for (std::size_t i = 0; i < columns; ++i) append(row.bytes_, query, static_cast<int>(i), table.columns[i]);
  return row;
}

std::vector<sql::Value> Row::values() const {
  std::vector<sql::Value> values;
  values.reserve(columns_);
  Reader reader(bytes_);
  for (std::size_t i = 0; i < columns_; ++i) values.push_back(reader.next());
  return values;
}

std::int64_t Row::number() const {
  const sql::Value value = Reader(bytes_).next();
  const auto* number = std::get_if<std::int64_t>(&value);
  LIVECERT_CHECK(number != nullptr);
  return *number;
}

std::strong_ordering compare_keys(const Row& a, const Row& b, std::size_t key_columns) {
  Reader left(a.bytes());
  Reader right(b.bytes());
  for (std::size_t i = 0; i < key_columns; ++i) {
    const std::strong_ordering order = compare(left.next(), right.next());
    if (std::is_neq(order)) return order;
  }
  return std::strong_ordering::equal;
}

}  // namespace livecert::store::moving
