#include "store/sqlite/database.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/given_up.h"
#include "store/sqlite/text_search.h"

namespace livecert::store::sqlite {
namespace {

constexpr int kBusyTimeoutMilliseconds = 1000;

// Instructions of SQLite's machine between two checks whether a read is still needed: some 20 µs.
constexpr int kInstructionsBetweenLooks = 1000;

std::string_view view_of(sqlite3_value* value) {
  // As a blob: as text it would be copied to get a terminator.
  const auto* data = static_cast<const char*>(sqlite3_value_blob(value));
  return {data, data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

// contains_ascii_ci(text, part): whether the text contains the part, ignoring ASCII case; the part is in lower case.
// Lists call it for every name of an account; instr(lower(text), part) takes more than twice as long.
void contains_ascii_ci(sqlite3_context* context, int, sqlite3_value** values) {
  // Made once for a statement that asks about the same part again and again.
  auto* search = static_cast<TextSearch*>(sqlite3_get_auxdata(context, 1));
  std::optional<TextSearch> own;
  if (search == nullptr) {
    own.emplace(view_of(values[1]));
    sqlite3_set_auxdata(context, 1, new TextSearch(*own), [](void* kept) { delete static_cast<TextSearch*>(kept); });
    search = &*own;
  }
  sqlite3_result_int(context, search->is_in(view_of(values[0])) ? 1 : 0);
}

base::Error reported(base::Error error, const Statement::Observer& failed) {
  if (failed) failed(error);
  return error;
}

// The database must not run its own code, because the file may come from elsewhere.
base::Result<void> harden(sqlite3* handle) {
  const std::pair<int, int> switches[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
      {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0},
      {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
  };
  for (const auto& [option, value] : switches) {
    const int code = sqlite3_db_config(handle, option, value, nullptr);
    if (code != SQLITE_OK) return to_error(handle, code, "configuring the connection");
  }
  return {};
}

base::Result<void> add_functions(sqlite3* handle) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  const int code = sqlite3_create_function_v2(handle, "contains_ascii_ci", 2, kFlags, nullptr, contains_ascii_ci,
                                              nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return to_error(handle, code, "adding a function");
  return {};
}

}  // namespace

base::Error to_error(sqlite3* handle, int code, std::string_view doing) {
  const int primary = code & 0xff;
  if (primary == SQLITE_INTERRUPT) return base::given_up_error();
  const bool contended = primary == SQLITE_BUSY || primary == SQLITE_LOCKED;
  const char* words = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  return base::Error{contended ? base::ErrorCode::kConflict : base::ErrorCode::kStoreFailure,
                     contended ? "the store is busy; try again" : "the store failed",
                     "SQLite " + std::to_string(code) + " (" + words + ") while " + std::string(doing)};
}

void Statement::bind(std::span<const sql::Value> values, Values are) {
  const auto lifetime = are == Values::kCopied ? SQLITE_TRANSIENT : SQLITE_STATIC;
  failure_ = SQLITE_OK;
  for (std::size_t i = 0; i < values.size() && failure_ == SQLITE_OK; ++i) {
    failure_ = bind_one(static_cast<int>(i) + 1, values[i], lifetime);
  }
}

int Statement::bind_one(int place, const sql::Value& value, sqlite3_destructor_type lifetime) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return sqlite3_bind_int64(get(), place, *number);
  // A null pointer would bind NULL.
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    const char* data = text->data() != nullptr ? text->data() : "";
    return sqlite3_bind_text64(get(), place, data, text->size(), lifetime, SQLITE_UTF8);
  }
  if (const auto* bytes = std::get_if<base::ByteView>(&value)) {
    const void* data = bytes->data() != nullptr ? static_cast<const void*>(bytes->data()) : "";
    return sqlite3_bind_blob64(get(), place, data, bytes->size(), lifetime);
  }
  return sqlite3_bind_null(get(), place);
}

base::Result<bool> Statement::next() {
  const int code = failure_ != SQLITE_OK ? failure_ : sqlite3_step(get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return reported(to_error(sqlite3_db_handle(get()), code, std::string("running ") + sqlite3_sql(get())), failed_);
}

void Statement::end() {
  sqlite3_reset(get());
  sqlite3_clear_bindings(get());
}

base::Error Statement::damaged(int column) const {
  return base::Error{base::ErrorCode::kStoreFailure, "the store failed",
                     std::string("a value of the wrong size in column ") + sqlite3_column_name(get(), column) + " of " +
                         sqlite3_sql(get())};
}

base::ByteView Statement::view(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(get(), column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(get(), column))};
}

namespace {

// https://www.sqlite.org/uri.html, "immutable": SQLite takes the file for one that nobody changes, and makes no other.
std::string immutable_uri(const std::filesystem::path& file) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : file.string()) {
    if (c != '%' && c != '?' && c != '#') {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri += '%';
    uri += kDigits[byte / 16];
    uri += kDigits[byte % 16];
  }
  return uri + "?immutable=1";
}

bool has_log(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file.string() + "-wal", ignored) ||
         std::filesystem::exists(file.string() + "-journal", ignored);
}

}  // namespace

base::Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& file, Mode mode,
                                                           const std::string& vfs) {
  sqlite3* handle = nullptr;
  const bool is_immutable = mode == Mode::kInspect && !has_log(file);
  const std::string name = is_immutable ? immutable_uri(file) : file.string();
  const int access =
      (mode == Mode::kReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | (is_immutable ? SQLITE_OPEN_URI : 0);
  const int code = sqlite3_open_v2(name.c_str(), &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                   vfs.empty() ? nullptr : vfs.c_str());
  // There may be a handle to close even after a failure.
  std::unique_ptr<Connection> connection(new Connection(handle));
  if (code != SQLITE_OK) return to_error(handle, code, "opening " + file.string());
  sqlite3_busy_timeout(handle, kBusyTimeoutMilliseconds);
  TRY(harden(handle));
  TRY(add_functions(handle));
  if (mode != Mode::kReadWrite) {
    sqlite3_progress_handler(
        handle, kInstructionsBetweenLooks, [](void*) { return base::is_given_up() ? 1 : 0; }, nullptr);
  }
  return connection;
}

base::Result<void> Connection::execute(const char* script) {
  const int code = sqlite3_exec(handle_.get(), script, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return to_error(handle_.get(), code, std::string("running ") + script);
  return {};
}

const sql::Dialect& Connection::dialect() const {
  static constexpr sql::Dialect kSqlite{.list_of_numbers = "json_each(?)", .ordered_join = "CROSS JOIN"};
  return kSqlite;
}

base::Result<sql::Execution*> Connection::begin(std::string_view text, std::span<const sql::Value> values) {
  TRY_ASSIGN(Statement* const statement, prepare(text));
  statement->bind(values, Statement::Values::kCopied);
  return statement;
}

base::Result<void> Connection::post(std::string_view text, std::span<const sql::Value> values) {
  TRY(perform(text, values));
  return {};
}

base::Result<std::int64_t> Connection::perform(std::string_view text, std::span<const sql::Value> values) {
  TRY_ASSIGN(Statement* const statement, prepare(text));
  const std::int64_t before = sqlite3_total_changes64(handle_.get());
  Query query(*statement);
  statement->bind(values, Statement::Values::kBorrowed);
  TRY(query.next());
  return sqlite3_total_changes64(handle_.get()) - before;
}

base::Result<Statement*> Connection::prepare(std::string_view text) {
  const auto known = statements_.find(text);
  if (known != statements_.end()) return known->second.get();
  std::string own(text);
  sqlite3_stmt* made = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), own.c_str(), static_cast<int>(own.size() + 1),
                                      SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  if (code != SQLITE_OK) return reported(to_error(handle_.get(), code, "preparing " + own), failed_);
  auto statement = std::make_unique<Statement>(made, failed_);
  return statements_.emplace(std::move(own), std::move(statement)).first->second.get();
}

}  // namespace livecert::store::sqlite
