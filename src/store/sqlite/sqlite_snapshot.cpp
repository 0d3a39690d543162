#include "store/sqlite/sqlite_snapshot.h"

#include <utility>

#include "base/given_up.h"

namespace livecert::store::sqlite {

base::Result<std::unique_ptr<Snapshot>> SqliteSnapshot::begin(ReaderPool& pool) {
  ReaderPool::Lease lease = pool.lend();
  if (base::is_given_up()) return base::given_up_error();
  TRY(lease.connection().run("BEGIN"));
  return std::unique_ptr<Snapshot>(new SqliteSnapshot(std::move(lease)));
}

SqliteSnapshot::~SqliteSnapshot() {
  // A failed read may have ended the transaction already. If this fails, BEGIN will fail too.
  Connection& database = lease_.connection();
  if (database.in_transaction()) static_cast<void>(database.run("COMMIT"));
}

}  // namespace livecert::store::sqlite
