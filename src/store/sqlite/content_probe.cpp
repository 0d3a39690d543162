#include "store/sqlite/content_probe.h"

#include <array>

#include "store/sql/queries.h"

namespace livecert::store::sqlite {
namespace {

constexpr std::array kReads{
    "SELECT count(*) FROM (SELECT 1 FROM access_keys LIMIT 1)",
    "SELECT coalesce(max(id), 0) FROM chains",
    "SELECT coalesce(max(id), 0) FROM versions",
};

}  // namespace

base::Result<std::unique_ptr<ContentProbe>> ContentProbe::open(const std::filesystem::path& file,
                                                               const std::string& vfs) {
  TRY_ASSIGN(auto connection, Connection::open(file, Connection::Mode::kReadOnly, vfs));
  TRY(connection->execute("PRAGMA query_only = ON"));
  std::unique_ptr<ContentProbe> probe(new ContentProbe(std::move(connection)));
  // Opens the log too, while it is known which file that is.
  TRY(probe->read_last_change());
  return probe;
}

base::Result<std::int64_t> ContentProbe::read_last_change() {
  const std::lock_guard lock(mutex_);
  // Drops the pages that were read before, because the files may have changed.
  sqlite3_db_release_memory(connection_->handle());
  for (const char* read : kReads) {
    TRY(connection_->read_integer(read));
  }
  return sql::last_change(*connection_);
}

}  // namespace livecert::store::sqlite
