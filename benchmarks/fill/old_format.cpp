#include "benchmarks/fill/old_format.h"

#include <fcntl.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/owned_descriptor.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/database.h"
#include "store/sqlite/schema.h"

namespace livecert::benchmarks {
namespace {

namespace fs = std::filesystem;
using store::sqlite::Connection;
using store::sqlite::DataDirectory;

base::Result<std::vector<std::string>> read_texts(Connection& database, const std::string& sql) {
  std::vector<std::string> texts;
  TRY_ASSIGN(store::sqlite::Query query, database.query(sql));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return texts;
    texts.push_back(query.text(0));
  }
}

base::Result<void> copy_table(Connection& database, const std::string& table) {
  TRY_ASSIGN(const auto columns, read_texts(database, "SELECT group_concat(old.name) FROM pragma_table_info('" + table +
                                                          "', 'main') AS old JOIN pragma_table_info('" + table +
                                                          "', 'newest') AS new ON new.name = old.name"));
  if (columns.empty() || columns[0].empty()) return {};
  const std::string copy = "DELETE FROM main." + table + "; INSERT INTO main." + table + " (" + columns[0] +
                           ") SELECT " + columns[0] + " FROM newest." + table;
  return database.execute(copy.c_str());
}

}  // namespace

base::Result<void> make_old_format(const fs::path& data_dir, int format) {
  const fs::path file = DataDirectory::database_file(data_dir);
  const fs::path old = file.string() + ".old";
  { const base::OwnedDescriptor made(::open(old.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)); }
  {
    TRY_ASSIGN(const auto database, Connection::open(old, Connection::Mode::kReadWrite, {}));
    TRY(database->execute(store::sqlite::kPageSetting));
    // The order of the tables is not that of their references.
    TRY(database->execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF"));
    TRY(store::sqlite::migrate(*database, store::sqlite::released_migrations().first(static_cast<std::size_t>(format)),
                               {}, {}));
    TRY(database->execute(("ATTACH DATABASE '" + file.string() + "' AS newest; BEGIN").c_str()));
    TRY_ASSIGN(const auto tables, read_texts(*database,
                                             "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name IN "
                                             "(SELECT name FROM newest.sqlite_schema)"));
    for (const std::string& table : tables) TRY(copy_table(*database, table));
    TRY(database->execute("COMMIT; DETACH DATABASE newest; PRAGMA journal_mode = WAL"));
  }
  std::error_code failure;
  for (const char* const name : DataDirectory::kStoreFiles) fs::remove(data_dir / name, failure);
  fs::rename(old, file, failure);
  for (const char* const suffix : {"-wal", "-shm"}) fs::remove(old.string() + suffix, failure);
  if (failure) return base::Error{base::ErrorCode::kInternal, "the store cannot be put in place", failure.message()};
  // A service leaves its log there, even an empty one.
  const base::OwnedDescriptor log(
      ::open((file.string() + "-wal").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  return {};
}

}  // namespace livecert::benchmarks
