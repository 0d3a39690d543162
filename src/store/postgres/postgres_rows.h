#pragma once

#include <string>

#include "store/postgres/connection.h"
#include "store/postgres/leases.h"
#include "store/sql/sql_rows.h"

namespace livecert::store::postgres {

// The name of the lease of an edge, as service/local_edges.h makes it.
[[nodiscard]] inline std::string lease_of_edge(const std::string& edge) {
  return "edge:" + edge;
}

// What several processes that use one database must not do to each other's rows.
class PostgresRows final : public sql::SqlRows {
 public:
  PostgresRows(Connection& database, const Leases& leases) : SqlRows(database), database_(database), leases_(leases) {}

  // A receipt of a process that has lost the edge's lease, for example because it stood still, changes nothing.
  [[nodiscard]] base::Result<bool> put_receipt(const domain::Receipt& receipt) override;

 private:
  Connection& database_;
  const Leases& leases_;
};

}  // namespace livecert::store::postgres
