#include "store/postgres/connection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <poll.h>

#include "base/blocking.h"
#include "base/given_up.h"
#include "store/postgres/statement_text.h"

namespace livecert::store::postgres {
namespace {

// pg_type.dat of PostgreSQL; these numbers are part of the protocol.
constexpr Oid kByteaType = 17;
constexpr Oid kInt8Type = 20;
constexpr Oid kTextType = 25;

constexpr std::chrono::milliseconds kLook(50);  // between two looks whether the answer is still needed

Oid type_of(const sql::Value& value) {
  if (std::holds_alternative<std::string_view>(value)) return kTextType;
  return std::holds_alternative<base::ByteView>(value) ? kByteaType : kInt8Type;
}

// The values of one execution in the form that libpq takes.
class Parameters {
 public:
  explicit Parameters(std::span<const sql::Value> values) {
    numbers_.reserve(values.size());  // so that they do not move
    for (const sql::Value& value : values) add(value);
  }
  [[nodiscard]] const char* const* data() const { return data_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] const int* formats() const { return formats_.data(); }

 private:
  void add(const sql::Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      std::array<char, 8>& bytes = numbers_.emplace_back();
      auto left = static_cast<std::uint64_t>(*number);
      for (std::size_t i = bytes.size(); i-- > 0; left >>= 8) bytes[i] = static_cast<char>(left & 0xff);
      add(bytes.data(), bytes.size());
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      add(text->data() != nullptr ? text->data() : "", text->size());
    } else if (const auto* blob = std::get_if<base::ByteView>(&value)) {
      add(blob->data() != nullptr ? reinterpret_cast<const char*>(blob->data()) : "", blob->size());
    } else {
      add(nullptr, 0);
    }
  }
  void add(const char* data, std::size_t size) {
    data_.push_back(data);
    lengths_.push_back(static_cast<int>(size));
    formats_.push_back(1);
  }

  std::vector<std::array<char, 8>> numbers_;
  std::vector<const char*> data_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

std::string one_line(const char* words) {
  std::string line = words == nullptr ? "" : words;
  while (!line.empty() && line.back() == '\n') line.pop_back();
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

base::Error failure(std::string_view state, const std::string& words, std::string_view doing) {
  constexpr std::string_view kRetried[] = {"40001", "40P01", "55P03"};
  const bool contended = std::ranges::find(kRetried, state) != std::end(kRetried);
  return base::Error{
      contended ? base::ErrorCode::kConflict : base::ErrorCode::kStoreFailure,
      contended ? "the store is busy; try again" : "the store failed",
      "PostgreSQL " + std::string(state.empty() ? "-----" : state) + " (" + words + ") while " + std::string(doing)};
}

// Only the server's main sentence: the others may hold values.
base::Error failure(const PGresult* result, std::string_view doing) {
  const char* state = libpq().result_error_field(result, PG_DIAG_SQLSTATE);
  const char* words = libpq().result_error_field(result, PG_DIAG_MESSAGE_PRIMARY);
  return failure(state == nullptr ? "" : state,
                 one_line(words != nullptr ? words : libpq().result_error_message(result)), doing);
}

bool is_success(const PGresult* result) {
  const ExecStatusType status = libpq().result_status(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

// The table that a statement writes; empty: none.
std::string_view table_written(std::string_view sql) {
  for (const std::string_view begin : {"INSERT INTO ", "UPDATE ", "DELETE FROM "}) {
    if (!sql.starts_with(begin)) continue;
    sql.remove_prefix(begin.size());
    return sql.substr(0, sql.find(' '));
  }
  return {};
}

}  // namespace

std::string_view sqlstate(const base::Error& error) {
  constexpr std::string_view kBegins = "PostgreSQL ";
  constexpr std::string_view kNone = "-----";
  const std::string_view detail = error.detail;
  if (!detail.starts_with(kBegins)) return {};
  const std::string_view state = detail.substr(kBegins.size(), kNone.size());
  return state == kNone ? std::string_view() : state;
}

const sql::Dialect& Connection::dialect() const {
  static constexpr sql::Dialect kPostgres{
      .list_of_numbers =
          "(SELECT ordinality AS key, CAST(number AS BIGINT) AS value"
          " FROM jsonb_array_elements_text(CAST(? AS JSONB)) WITH ORDINALITY AS numbers (number))",
      .ordered_join = "JOIN"};
  return kPostgres;
}

base::Result<void> Connection::ensure_open() {
  if (handle_ != nullptr) {
    // Nothing is expected while it is idle, so whatever can be read is the server's last word.
    pollfd idle{libpq().socket(handle_.get()), POLLIN, 0};
    if (pending_.empty() && libpq().status(handle_.get()) == CONNECTION_OK && ::poll(&idle, 1, 0) == 0) return {};
    close();
  }
  return open();
}

void Connection::close() {
  handle_.reset();
  pending_.clear();
  written_.clear();
  for (auto& [text, statement] : statements_) statement->is_prepared = false;
}

// What is in the address counts more than what is named before it.
base::Result<void> Connection::open() {
  const char* const names[] = {"connect_timeout", "tcp_user_timeout", "application_name", "target_session_attrs",
                               "password",        "dbname",           "client_encoding",  nullptr};
  const char* const values[] = {"2",
                                "3000",
                                "livecert",
                                "read-write",
                                address_.password.empty() ? nullptr : address_.password.c_str(),
                                address_.uri.c_str(),
                                "UTF8",
                                nullptr};
  {
    const base::Blocking waiting;
    handle_.reset(libpq().connectdb_params(names, values, 1));
  }
  if (libpq().status(handle_.get()) != CONNECTION_OK) {
    base::Error error = failure("", one_line(libpq().error_message(handle_.get())), "connecting");
    close();
    return error;
  }
  libpq().set_notice_receiver(handle_.get(), receive_notice, this);
  if (libpq().setnonblocking(handle_.get(), 1) != 0 || libpq().enter_pipeline_mode(handle_.get()) != 1)
    return broken("connecting");
  auto checked = check_(*this);
  if (!checked) close();
  return checked;
}

void Connection::receive_notice(void* self, const PGresult* notice) {
  const char* state = libpq().result_error_field(notice, PG_DIAG_SQLSTATE);
  if (state != nullptr && std::string_view(state).starts_with("01")) static_cast<Connection*>(self)->warned_ = true;
}

base::Error Connection::broken(std::string_view doing) {
  base::Error error = failure("", one_line(libpq().error_message(handle_.get())), doing);
  close();
  return error;
}

base::Result<void> Connection::post_text(std::string_view sql) {
  if (handle_ == nullptr) return failure("", "the connection is closed", "sending " + std::string(sql));
  const std::string text(sql);
  if (libpq().send_query_params(handle_.get(), text.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1) != 1) {
    return broken("sending " + text);
  }
  pending_.push_back({});
  return {};
}

base::Result<std::string> Connection::execute(std::string_view sql, bool* warned) {
  warned_ = false;
  TRY(post_text(sql));
  TRY_ASSIGN(const ResultPtr result, await_last());
  if (warned != nullptr) *warned = warned_;
  return std::string(libpq().cmd_status(result.get()));
}

base::Result<sql::Execution*> Connection::begin(std::string_view sql, std::span<const sql::Value> values) {
  TRY_ASSIGN(Statement* const statement, send(sql, values));
  TRY_ASSIGN(ResultPtr rows, await_last());
  statement->show(std::move(rows));
  return statement;
}

base::Result<void> Connection::post(std::string_view sql, std::span<const sql::Value> values) {
  TRY(send(sql, values));
  return {};
}

base::Result<std::int64_t> Connection::perform(std::string_view sql, std::span<const sql::Value> values) {
  TRY(send(sql, values));
  TRY_ASSIGN(const ResultPtr result, await_last());
  const std::string_view changed = libpq().cmd_tuples(result.get());
  std::int64_t rows = 0;
  std::from_chars(changed.data(), changed.data() + changed.size(), rows);
  return rows;
}

base::Result<Statement*> Connection::find(std::string_view sql, std::span<const sql::Value> values) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return known->second.get();
  std::vector<Oid> types;
  types.reserve(values.size());
  for (const sql::Value& value : values) types.push_back(type_of(value));
  auto statement =
      std::make_unique<Statement>("s" + std::to_string(statements_.size()), to_postgres(sql), std::move(types));
  return statements_.emplace(std::string(sql), std::move(statement)).first->second.get();
}

base::Result<Statement*> Connection::send(std::string_view sql, std::span<const sql::Value> values) {
  if (handle_ == nullptr) return failure("", "the connection is closed", "running " + std::string(sql));
  TRY_ASSIGN(Statement* const statement, find(sql, values));
  const auto count = static_cast<int>(values.size());
  if (!statement->is_prepared) {
    if (libpq().send_prepare(handle_.get(), statement->name().c_str(), statement->text().c_str(), count,
                             statement->types().data()) != 1) {
      return broken("preparing " + statement->text());
    }
    statement->is_prepared = true;
    pending_.push_back({statement, true});
  }
  const Parameters parameters(values);
  if (libpq().send_query_prepared(handle_.get(), statement->name().c_str(), count, parameters.data(),
                                  parameters.lengths(), parameters.formats(), 1) != 1) {
    return broken("running " + statement->text());
  }
  pending_.push_back({statement, false});
  note_written(sql);
  return statement;
}

void Connection::note_written(std::string_view sql) {
  const std::string_view table = table_written(sql);
  if (!table.empty() && std::ranges::find(written_, table) == written_.end()) written_.emplace_back(table);
}

// The result of the last message; the first failure of all that were sent counts more.
base::Result<ResultPtr> Connection::await_last() {
  const Deadline deadline = std::chrono::steady_clock::now() + time_limit_;
  if (libpq().pipeline_sync(handle_.get()) != 1) return broken("sending");
  std::optional<base::Error> failed;
  ResultPtr last;
  for (const Pending& pending : std::exchange(pending_, {})) {
    TRY_ASSIGN(last, await_next(deadline));
    TRY(await_next(deadline));  // the end of the results of this message
    if (is_success(last.get())) continue;
    const std::string text = "running " + (pending.statement != nullptr ? pending.statement->text() : "a command");
    if (!failed) failed = failure(last.get(), text);
    if (pending.is_prepare) pending.statement->is_prepared = false;
  }
  TRY_ASSIGN(const ResultPtr sync, await_next(deadline));
  if (libpq().result_status(sync.get()) != PGRES_PIPELINE_SYNC) return broken("waiting for the end of the answers");
  if (failed) {
    if (libpq().status(handle_.get()) != CONNECTION_OK) close();
    return *std::move(failed);
  }
  return last;
}

// Null: there are no more results of this message.
base::Result<ResultPtr> Connection::await_next(Deadline deadline) {
  while (libpq().is_busy(handle_.get()) != 0) TRY(await_socket(deadline));
  ResultPtr result(libpq().get_result(handle_.get()));
  if (libpq().status(handle_.get()) == CONNECTION_OK) return result;
  // The server's last words say more than that the connection broke.
  base::Error error = result ? failure(result.get(), "waiting for an answer") : broken("waiting for an answer");
  close();
  return error;
}

base::Result<void> Connection::await_socket(Deadline deadline) {
  const int left = libpq().flush(handle_.get());
  if (left < 0) return broken("sending");
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  if (time.count() <= 0) {
    close();
    return failure("", "the server does not answer", "waiting for an answer");
  }
  pollfd socket{libpq().socket(handle_.get()), static_cast<short>(left == 1 ? POLLIN | POLLOUT : POLLIN), 0};
  {
    const base::Blocking waiting;
    ::poll(&socket, 1, static_cast<int>(std::min(time, kLook).count()));
  }
  if (base::is_given_up()) {
    close();
    return base::given_up_error();
  }
  if (libpq().consume_input(handle_.get()) != 1) return broken("waiting for an answer");
  return {};
}

}  // namespace livecert::store::postgres
