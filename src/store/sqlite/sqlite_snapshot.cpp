#include "store/sqlite/sqlite_snapshot.h"

#include <utility>

#include "base/given_up.h"
#include "store/commands/commands.h"
#include "store/sqlite/sqlite_rows.h"

namespace livecert::store::sqlite {

base::Result<std::unique_ptr<Snapshot>> SqliteSnapshot::begin(ReaderPool& pool) {
  ReaderPool::Lease lease = pool.lend();
  if (base::is_given_up()) return base::given_up_error();
  TRY(lease.connection().run("BEGIN"));
  return std::unique_ptr<Snapshot>(new SqliteSnapshot(std::move(lease)));
}

SqliteSnapshot::~SqliteSnapshot() {
  // A read that failed may have ended the transaction already. Should this fail, BEGIN will.
  if (database_.in_transaction()) static_cast<void>(database_.run("COMMIT"));
}

base::Result<Outcome> SqliteSnapshot::preview(const Context& context, const PutVersion& command) {
  SqliteRows rows(database_);
  return commands::preview(rows, context, command);
}

}  // namespace livecert::store::sqlite
