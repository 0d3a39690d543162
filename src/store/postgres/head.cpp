#include "store/postgres/head.h"

namespace livecert::store::postgres {

base::Result<Head> read_head(Connection& database, Lock lock) {
  TRY_ASSIGN(sql::Query query,
             database.query(lock == Lock::kHeld ? "SELECT position, access, issuers FROM head WHERE id = 1 FOR UPDATE"
                                                : "SELECT position, access, issuers, (SELECT oldest_reader FROM"
                                                  " livecert_schema) FROM head WHERE id = 1"));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return base::Error{base::ErrorCode::kStoreFailure, "the store failed", "the table head has no row"};
  // The lock is waited for with the statement's snapshot, which may be older than what it reads of another table.
  return Head{query.integer(0), query.integer(1), query.integer(2), lock == Lock::kHeld ? 0 : query.integer(3)};
}

}  // namespace livecert::store::postgres
