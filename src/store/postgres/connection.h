#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/postgres/libpq.h"
#include "store/postgres/statement.h"
#include "store/sql/session.h"

// libpq with owners. Every failure becomes an Error at the call: kConflict when the server wants the transaction again
// (serialization failure, deadlock, lock timeout), kStoreFailure otherwise. Its detail begins with "PostgreSQL", the
// SQLSTATE and the server's words, and never holds a value.
namespace livecert::store::postgres {

// Where the database is.
struct Address {
  std::string uri;       // postgres://…, without a password
  std::string password;  // empty: libpq's own ways (PGPASSFILE, a service file, certificates)
};

// One connection with its prepared statements, which can be opened again after it broke. Statements go through libpq's
// pipeline: one whose rows nobody reads is sent with the next one that is waited for. Never sends a cancel: a cancelled
// COMMIT may be a commit. Used by one thread at a time.
class Connection final : public sql::Session {
 public:
  using Check = std::function<base::Result<void>(Connection&)>;
  // `check` is called on each new connection, which is closed if it fails. Without it a connection may be to a server
  // that must not be used.
  Connection(Address address, std::chrono::milliseconds time_limit, Check check)
      : address_(std::move(address)), time_limit_(time_limit), check_(std::move(check)) {}

  // Opens it unless it is open; a server that closed it while it was idle is noticed.
  [[nodiscard]] base::Result<void> ensure_open();
  void close();
  [[nodiscard]] bool is_open() const { return handle_ != nullptr; }

  // Runs a statement without values and rows; not prepared. Returns the server's word for what was done, such as
  // COMMIT. `warned`: whether the server sent a warning meanwhile.
  [[nodiscard]] base::Result<std::string> execute(std::string_view sql, bool* warned = nullptr);
  // Sends it with the next statement that is waited for.
  [[nodiscard]] base::Result<void> post_text(std::string_view sql);

  // Whether statements were sent that change rows, since the last call of forget_writes(), and which tables they name.
  [[nodiscard]] const std::vector<std::string>& written_tables() const { return written_; }
  void forget_writes() { written_.clear(); }

  [[nodiscard]] const sql::Dialect& dialect() const override;

 private:
  struct Finish {
    void operator()(PGconn* handle) const { libpq().finish(handle); }
  };
  // A message that was sent and not yet answered.
  struct Pending {
    Statement* statement = nullptr;  // null: a text that is not prepared
    bool is_prepare = false;
  };
  using Deadline = std::chrono::steady_clock::time_point;

  [[nodiscard]] base::Result<sql::Execution*> begin(std::string_view sql, std::span<const sql::Value> values) override;
  [[nodiscard]] base::Result<void> post(std::string_view sql, std::span<const sql::Value> values) override;
  [[nodiscard]] base::Result<std::int64_t> perform(std::string_view sql, std::span<const sql::Value> values) override;

  [[nodiscard]] base::Result<void> open();
  [[nodiscard]] base::Result<Statement*> send(std::string_view sql, std::span<const sql::Value> values);
  [[nodiscard]] base::Result<Statement*> find(std::string_view sql, std::span<const sql::Value> values);
  [[nodiscard]] base::Result<ResultPtr> await_last();
  [[nodiscard]] base::Result<ResultPtr> await_next(Deadline deadline);
  [[nodiscard]] base::Result<void> await_socket(Deadline deadline);
  [[nodiscard]] base::Error broken(std::string_view doing);
  void note_written(std::string_view sql);
  static void receive_notice(void* self, const PGresult* notice);

  const Address address_;
  const std::chrono::milliseconds time_limit_;
  const Check check_;
  std::unique_ptr<PGconn, Finish> handle_;
  bool warned_ = false;
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, std::unique_ptr<Statement>, Hash, std::equal_to<>>
      statements_;  // by store/sql's text
  std::vector<Pending> pending_;
  std::vector<std::string> written_;
};

// The SQLSTATE of an Error that a connection made, such as "53100"; empty: the server did not name one.
[[nodiscard]] std::string_view sqlstate(const base::Error& error);

}  // namespace livecert::store::postgres
