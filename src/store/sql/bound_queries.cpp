#include <algorithm>
#include <limits>
#include <utility>

#include "store/sql/chain_rows.h"
#include "store/sql/domain_rows.h"
#include "store/sql/sql_snapshot.h"

namespace livecert::store::sql {
namespace {

// The columns that read_bound() reads, from `domains`, by the index named.
std::string select_by(std::string_view index, std::string_view condition) {
  return "SELECT " + std::string(kDomainColumns) + " FROM domains" + std::string(index) + std::string(kDomainJoins) +
         " WHERE domains.chain IS NOT NULL AND " + std::string(condition);
}

base::Result<BoundDomain> read_bound(const Query& query) {
  TRY_ASSIGN(StoredDomain stored, read_domain(query));
  DomainRow& row = stored.row;
  BoundDomain bound;
  bound.name = row.domain.name;
  bound.account = row.domain.account;
  bound.project = std::move(row.domain.project);
  bound.status = row.domain.status;
  bound.binding = *std::move(row.binding);
  bound.version = stored.version;
  bound.ends_at = stored.ends_at;
  bound.begins_at = stored.not_before;
  return bound;
}

base::Result<std::vector<BoundDomain>> read_all_bound(Query query) {
  std::vector<BoundDomain> domains;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return domains;
    TRY_ASSIGN(BoundDomain bound, read_bound(query));
    domains.push_back(std::move(bound));
  }
}

}  // namespace

base::Result<BoundPage> SqlSnapshot::list_bound(Cursor from, std::int64_t limit) {
  LIVECERT_CHECK(limit > 0);
  static const std::string statement =
      select_by(" INDEXED BY domains_bound", "domains.id > ? ORDER BY domains.id LIMIT ?");
  // One row more than asked for tells whether there is a following page.
  TRY_ASSIGN(Query query, database_.query(statement, from.position,
                                          std::min(limit, std::numeric_limits<std::int64_t>::max() - 1) + 1));
  BoundPage page;
  std::int64_t last = 0;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return page;
    if (static_cast<std::int64_t>(page.domains.size()) == limit) {
      page.next = Cursor{last};
      return page;
    }
    TRY_ASSIGN(BoundDomain bound, read_bound(query));
    page.domains.push_back(std::move(bound));
    last = query.integer(0);
  }
}

base::Result<std::vector<BoundDomain>> SqlSnapshot::list_bound_by_end(std::int64_t limit) {
  LIVECERT_CHECK(limit > 0);
  static const std::string statement = select_by(
      " INDEXED BY domains_bound", "TRUE ORDER BY coalesce(early_ends.ends_at, chains.not_after), domains.id LIMIT ?");
  TRY_ASSIGN(Query query, database_.query(statement, limit));
  return read_all_bound(std::move(query));
}

base::Result<std::optional<BoundDomain>> SqlSnapshot::find_bound(const domain::DomainName& domain) {
  static const std::string statement = select_by("", "domains.name = ?");
  TRY_ASSIGN(Query query, database_.query(statement, domain));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<BoundDomain>();
  TRY_ASSIGN(BoundDomain bound, read_bound(query));
  return std::optional(std::move(bound));
}

base::Result<std::vector<BoundDomain>> SqlSnapshot::find_bound_to(const base::ChainId& chain) {
  static const std::string statement =
      select_by(" INDEXED BY domains_by_chain",
                "domains.chain = (SELECT id FROM chains WHERE chain_key = ? AND chain_id = ?)"
                " ORDER BY domains.bound_at, domains.id");
  TRY_ASSIGN(Query query, database_.query(statement, chain_key(chain), chain.bytes()));
  return read_all_bound(std::move(query));
}

}  // namespace livecert::store::sql
