#include "store/sql/session.h"

namespace livecert::store::sql {

base::Result<std::int64_t> Session::read_integer(std::string_view sql) {
  TRY_ASSIGN(Query query, this->query(sql));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return base::Error{base::ErrorCode::kStoreFailure, "the store failed", "no row for " + std::string(sql)};
  return query.integer(0);
}

}  // namespace livecert::store::sql
