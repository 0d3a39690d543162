#include "store/postgres/postgres_rows.h"

namespace livecert::store::postgres {

base::Result<bool> PostgresRows::put_receipt(const domain::Receipt& receipt) {
  const std::string name = lease_of_edge(receipt.edge);
  // An edge that this process never asked for has no other holder that it could be behind of.
  if (const auto epoch = leases_.epoch_of(name)) {
    TRY_ASSIGN(sql::Query query, database_.query("SELECT 1 FROM leases WHERE name = ? AND epoch > ?", name, *epoch));
    TRY_ASSIGN(const bool is_behind, query.next());
    if (is_behind) return false;
  }
  return SqlRows::put_receipt(receipt);
}

}  // namespace livecert::store::postgres
