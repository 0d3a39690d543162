#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <sqlite3.h>

#include "base/bytes.h"
#include "base/result.h"
#include "store/sql/session.h"

// SQLite's C interface with owners. Every failure becomes an Error at the call: kConflict when another process holds
// the database, kStoreFailure otherwise; its detail names the operation and SQLite's own words, never a bound value.
namespace livecert::store::sqlite {

// A prepared statement, which its connection keeps.
class Statement final : public sql::Execution {
 public:
  using Observer = std::function<void(const base::Error&)>;
  // `failed`, which must outlive the statement, is called with the reason of a failure; may be empty.
  Statement(sqlite3_stmt* statement, const Observer& failed) : statement_(statement), failed_(failed) {}

  // Text and blobs are copied, or they must outlive the execution. next() reports failures.
  enum class Values : std::uint8_t { kCopied, kBorrowed };
  void bind(std::span<const sql::Value> values, Values are);

  [[nodiscard]] base::Result<bool> next() override;
  [[nodiscard]] std::int64_t integer(int column) const override { return sqlite3_column_int64(get(), column); }
  [[nodiscard]] bool is_null(int column) const override { return sqlite3_column_type(get(), column) == SQLITE_NULL; }
  [[nodiscard]] base::ByteView view(int column) const override;
  [[nodiscard]] base::Error damaged(int column) const override;
  void end() override;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  [[nodiscard]] sqlite3_stmt* get() const { return statement_.get(); }
  [[nodiscard]] int bind_one(int place, const sql::Value& value, sqlite3_destructor_type lifetime);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  const Observer& failed_;
  int failure_ = SQLITE_OK;
};

using sql::Query;

// One connection with its prepared statements. Used by one thread at a time.
class Connection final : public sql::Session {
 public:
  enum class Mode : std::uint8_t {
    kReadWrite,
    kReadOnly,
    // kReadOnly that makes no log beside a database that has none. Such a database is read without locks, so that a
    // log that is there at the end of the reading means that somebody may have written meanwhile.
    kInspect,
  };

  // Opens an existing file. `vfs`: the name of a registered SQLite VFS; empty: the default.
  [[nodiscard]] static base::Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file, Mode mode,
                                                                      const std::string& vfs);

  // From now on, `failed` is called for each failed statement, on its thread.
  void report_to(Statement::Observer failed) { failed_ = std::move(failed); }

  // Runs a script of statements without values and results; does not call `failed`.
  [[nodiscard]] base::Result<void> execute(const char* script);

  [[nodiscard]] const sql::Dialect& dialect() const override;

  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  [[nodiscard]] base::Result<sql::Execution*> begin(std::string_view text, std::span<const sql::Value> values) override;
  [[nodiscard]] base::Result<void> post(std::string_view text, std::span<const sql::Value> values) override;
  [[nodiscard]] base::Result<std::int64_t> perform(std::string_view text, std::span<const sql::Value> values) override;
  [[nodiscard]] base::Result<Statement*> prepare(std::string_view text);

  std::unique_ptr<sqlite3, Close> handle_;
  Statement::Observer failed_;
  // Looks up a string_view without making a string of it.
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, std::unique_ptr<Statement>, Hash, std::equal_to<>>
      statements_;  // by text; freed before the handle
};

// Turns `code` into an Error; `doing` completes the sentence "while …".
[[nodiscard]] base::Error to_error(sqlite3* handle, int code, std::string_view doing);

}  // namespace livecert::store::sqlite
