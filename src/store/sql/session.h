#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "domain/domain_name.h"

// The statements of this folder are SQL that SQLite and PostgreSQL both accept, with numbers of 64 bits, text, blobs
// and NULL. An engine's failure is an Error at the call (kConflict or kStoreFailure), whose detail never holds a value.
//
// Two marks in a statement are for the engine, which replaces them when it prepares the text for the first time: `?`
// stands for the next value, and ` INDEXED BY name` names the index to use, if the engine accepts that. Every schema
// has the function contains_ascii_ci(text, part): whether the text contains the part, ignoring ASCII case; the part is
// in lower case.
namespace livecert::store::sql {

// A value tells its type, so that an engine never has to guess it. monostate: a number that is absent.
using Value = std::variant<std::monostate, std::int64_t, std::string_view, base::ByteView>;

template <std::integral Number>
[[nodiscard]] Value to_value(Number number) {
  return static_cast<std::int64_t>(number);
}
[[nodiscard]] inline Value to_value(std::optional<std::int64_t> number) {
  return number ? Value(*number) : Value();
}
[[nodiscard]] inline Value to_value(std::string_view text) {
  return text;
}
[[nodiscard]] inline Value to_value(base::ByteView bytes) {
  return bytes;
}

// One execution of a statement with its rows. The engine owns it.
class Execution {
 public:
  Execution() = default;
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  virtual ~Execution() = default;

  // True: a row can be read. False: there are no more.
  [[nodiscard]] virtual base::Result<bool> next() = 0;
  // A number, or a truth value as 0 or 1.
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  // Text or a blob, until next() or end().
  [[nodiscard]] virtual base::ByteView view(int column) const = 0;
  // kStoreFailure: a value of the wrong size is in that column.
  [[nodiscard]] virtual base::Error damaged(int column) const = 0;
  // Ends the reading, so that the statement can be executed again.
  virtual void end() = 0;
};

// Reads the rows of an execution and ends it. The session keeps the statement for the next one. While this lives, the
// same text must not be queried again in the same session.
class Query {
 public:
  explicit Query(Execution& execution) : execution_(&execution) {}
  Query(Query&& other) noexcept : execution_(std::exchange(other.execution_, nullptr)) {}
  Query& operator=(Query&&) = delete;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query() {
    if (execution_ != nullptr) execution_->end();
  }

  [[nodiscard]] base::Result<bool> next() { return execution_->next(); }
  [[nodiscard]] std::int64_t integer(int column) const { return execution_->integer(column); }
  [[nodiscard]] bool flag(int column) const { return integer(column) != 0; }
  [[nodiscard]] bool is_null(int column) const { return execution_->is_null(column); }
  [[nodiscard]] std::string text(int column) const { return std::string(base::as_text(view(column))); }
  // The name of a domain.
  [[nodiscard]] base::Result<domain::DomainName> name(int column) const {
    const auto name = domain::DomainName::from_store(base::as_text(view(column)));
    if (!name) return execution_->damaged(column);
    return *name;
  }
  [[nodiscard]] base::Bytes blob(int column) const { return base::to_bytes(view(column)); }
  // The result is valid until next() is called again.
  [[nodiscard]] base::ByteView view(int column) const { return execution_->view(column); }
  // A blob of exactly this size.
  template <std::size_t size>
  [[nodiscard]] base::Result<std::array<std::uint8_t, size>> fixed(int column) const {
    const base::ByteView bytes = view(column);
    std::array<std::uint8_t, size> array{};
    if (bytes.size() != size) return execution_->damaged(column);
    std::copy(bytes.begin(), bytes.end(), array.begin());
    return array;
  }

 private:
  Execution* execution_;
};

// The parts of a statement that the engines spell differently.
struct Dialect {
  // A table with the columns `key` and `value`: the places and the numbers of a list. Its one value is the list as
  // text, such as [7,9].
  std::string_view list_of_numbers;
  // A join that reads its left side first.
  std::string_view ordered_join;
};

// A connection with its prepared statements, in whatever transaction is open. Used by one thread at a time.
class Session {
 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session() = default;

  template <typename... Values>
  [[nodiscard]] base::Result<Query> query(std::string_view sql, const Values&... values) {
    const std::array<Value, sizeof...(values)> list{to_value(values)...};
    return query_with(sql, list);
  }
  [[nodiscard]] base::Result<Query> query_with(std::string_view sql, std::span<const Value> values) {
    TRY_ASSIGN(Execution* const execution, begin(sql, values));
    return Query(*execution);
  }
  // Runs one statement that returns no rows. An engine that is reached over a network may send it with a later one; its
  // failure then comes from that one, or from the commit.
  template <typename... Values>
  [[nodiscard]] base::Result<void> run(std::string_view sql, const Values&... values) {
    const std::array<Value, sizeof...(values)> list{to_value(values)...};
    return post(sql, list);
  }
  [[nodiscard]] base::Result<void> run_with(std::string_view sql, std::span<const Value> values) {
    return post(sql, values);
  }
  // Runs it at once, and returns whether it changed a row.
  template <typename... Values>
  [[nodiscard]] base::Result<bool> change(std::string_view sql, const Values&... values) {
    const std::array<Value, sizeof...(values)> list{to_value(values)...};
    TRY_ASSIGN(const std::int64_t changed, perform(sql, list));
    return changed != 0;
  }
  // The first column of the only row of a statement without values.
  [[nodiscard]] base::Result<std::int64_t> read_integer(std::string_view sql);

  [[nodiscard]] virtual const Dialect& dialect() const = 0;

 private:
  // The values need not outlive the call. The session owns the execution; the caller may use it until Execution::end().
  [[nodiscard]] virtual base::Result<Execution*> begin(std::string_view sql, std::span<const Value> values) = 0;
  // Runs a statement of which only the effect counts, now or before the next one.
  [[nodiscard]] virtual base::Result<void> post(std::string_view sql, std::span<const Value> values) = 0;
  // Returns the number of rows that an INSERT, UPDATE or DELETE changed; meaningless for other statements.
  [[nodiscard]] virtual base::Result<std::int64_t> perform(std::string_view sql, std::span<const Value> values) = 0;
};

}  // namespace livecert::store::sql
