#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <sqlite3.h>

#include "base/bytes.h"
#include "base/result.h"

// SQLite's C interface with owners. Every failure becomes an Error at the call: kConflict when another process holds
// the database, kStoreFailure otherwise; its detail names the operation and SQLite's own words, never a bound value.
namespace livecert::store::sqlite {

// One execution of a prepared statement, which its connection keeps for the next one. Values are bound in the order of
// the statement's `?`. While it lives, the same text must not be queried again on the same connection.
class Query {
 public:
  using Observer = std::function<void(const base::Error&)>;
  // `failed`, which must outlive the query, is called with the reason of a failure; may be empty.
  Query(sqlite3_stmt* statement, const Observer& failed) : statement_(statement), failed_(&failed) {}
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  // bind() copies text and blobs; after bind_borrowed() they must outlive the query. next() reports failures.
  void bind(std::int64_t value);
  void bind(bool value) { bind(std::int64_t{value}); }
  void bind(std::optional<std::int64_t> value);  // nullopt: NULL
  void bind(std::string_view value) { bind_text(value, SQLITE_TRANSIENT); }
  void bind(base::ByteView value) { bind_blob(value, SQLITE_TRANSIENT); }
  void bind_borrowed(std::int64_t value) { bind(value); }
  void bind_borrowed(bool value) { bind(value); }
  void bind_borrowed(std::optional<std::int64_t> value) { bind(value); }
  void bind_borrowed(std::string_view value) { bind_text(value, SQLITE_STATIC); }
  void bind_borrowed(base::ByteView value) { bind_blob(value, SQLITE_STATIC); }

  // True: there is a row to read. False: there are no more.
  [[nodiscard]] base::Result<bool> next();
  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  [[nodiscard]] bool flag(int column) const { return integer(column) != 0; }
  [[nodiscard]] bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  [[nodiscard]] std::string text(int column) const { return std::string(base::as_text(view(column))); }
  [[nodiscard]] base::Bytes blob(int column) const { return base::to_bytes(view(column)); }
  // Valid until the next call of next().
  [[nodiscard]] base::ByteView view(int column) const;
  // A blob of exactly this size.
  template <std::size_t size>
  [[nodiscard]] base::Result<std::array<std::uint8_t, size>> fixed(int column) const {
    const base::ByteView bytes = view(column);
    std::array<std::uint8_t, size> array{};
    if (bytes.size() != size) return damaged_column(column);
    std::copy(bytes.begin(), bytes.end(), array.begin());
    return array;
  }

 private:
  void bind_text(std::string_view value, sqlite3_destructor_type lifetime);
  void bind_blob(base::ByteView value, sqlite3_destructor_type lifetime);
  void note(int code);
  [[nodiscard]] base::Error damaged_column(int column) const;

  sqlite3_stmt* statement_;
  const Observer* failed_;
  int bound_ = 0;
  int failure_ = SQLITE_OK;
};

// One connection with its prepared statements. Used by one thread at a time.
class Connection {
 public:
  enum class Mode : std::uint8_t { kReadWrite, kReadOnly };

  // Opens an existing file. Statements may use the function holds_text(text, part) with `part` in lower case. `vfs`:
  // the name of a registered SQLite VFS; empty: the default.
  [[nodiscard]] static base::Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file, Mode mode,
                                                                      const std::string& vfs);

  // From now on, `failed` is called for each failed statement, on its thread.
  void report_to(Query::Observer failed) { failed_ = std::move(failed); }

  // Runs a script of statements without values and results; does not call `failed`.
  [[nodiscard]] base::Result<void> execute(const char* script);

  template <typename... Values>
  [[nodiscard]] base::Result<Query> query(std::string_view sql, const Values&... values) {
    TRY_ASSIGN(sqlite3_stmt * statement, prepare(sql));
    Query query(statement, failed_);
    (query.bind(values), ...);
    return query;
  }

  // Runs one statement that returns no rows.
  template <typename... Values>
  [[nodiscard]] base::Result<void> run(std::string_view sql, const Values&... values) {
    TRY_ASSIGN(sqlite3_stmt * statement, prepare(sql));
    Query query(statement, failed_);
    (query.bind_borrowed(values), ...);
    TRY(query.next());
    return {};
  }

  // The first column of the only row of a statement without values.
  [[nodiscard]] base::Result<std::int64_t> read_integer(std::string_view sql);

  // Rows written since the connection was opened.
  [[nodiscard]] std::int64_t rows_written() const { return sqlite3_total_changes64(handle_.get()); }
  [[nodiscard]] std::int64_t last_row() const { return sqlite3_last_insert_rowid(handle_.get()); }
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  explicit Connection(sqlite3* handle) : handle_(handle) {}
  [[nodiscard]] base::Result<sqlite3_stmt*> prepare(std::string_view sql);

  std::unique_ptr<sqlite3, Close> handle_;
  Query::Observer failed_;
  // Looks up a string_view without making a string of it.
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, Statement, Hash, std::equal_to<>> statements_;  // by text; freed before the handle
};

// Turns `code` into an Error; `doing` completes the sentence "while …".
[[nodiscard]] base::Error to_error(sqlite3* handle, int code, std::string_view doing);

}  // namespace livecert::store::sqlite
