#include "store/sql/domain_rows.h"
#include "store/sql/piece.h"
#include "store/sql/sql_snapshot.h"

namespace livecert::store::sql {
namespace {

base::Result<std::string> find_push_domain(Session& database, const domain::LiveDomain& domain) {
  TRY_ASSIGN(Query query, database.query("SELECT name FROM domains WHERE account = ? AND vhost = ? AND type = 'push'"
                                         " ORDER BY id LIMIT 1",
                                         domain.account.number(), domain.vhost));
  TRY_ASSIGN(const bool found, query.next());
  return found ? query.text(0) : std::string();
}

base::Result<DomainDetail> to_detail(Session& database, StoredDomain stored) {
  DomainDetail detail;
  detail.domain = std::move(stored.row.domain);
  detail.binding = std::move(stored.row.binding);
  detail.chain_name = std::move(stored.chain_name);
  detail.version = stored.version;
  detail.not_before = stored.not_before;
  detail.not_after = stored.not_after;
  detail.ends_at = stored.ends_at;
  detail.cert_domain = std::move(stored.cert_domain);
  TRY_ASSIGN(detail.push_domain, find_push_domain(database, detail.domain));
  return detail;
}

// The matching rows of `domains`, joined with the tables that read_domain() needs.
Piece matching_rows(const DomainFilter& filter) {
  Piece piece;
  piece.add(" FROM domains");
  piece.add(kDomainJoins);
  piece.add(" WHERE domains.account = ?", filter.account.number());
  piece.add_any_of(" AND projects.name IN ", filter.projects);
  piece.add_any_of(" AND domains.name IN ", filter.names);
  piece.add_any_of(" AND domains.vhost IN ", filter.vhosts);
  piece.add_any_of(" AND domains.type IN ", filter.types);
  piece.add_any_of(" AND domains.region IN ", filter.regions);
  std::vector<std::int64_t> statuses;
  statuses.reserve(filter.statuses.size());
  for (const domain::DomainStatus status : filter.statuses) statuses.push_back(static_cast<std::int64_t>(status));
  piece.add_any_of(" AND domains.status IN ", statuses);
  if (filter.chain) piece.add(" AND chains.chain_id = ?", base::to_bytes(filter.chain->bytes()));
  if (filter.bound_only) piece.add(" AND domains.chain IS NOT NULL");
  if (filter.https) piece.add(" AND domains.https = ?", static_cast<std::int64_t>(*filter.https));
  return piece;
}

}  // namespace

base::Result<std::optional<DomainDetail>> SqlSnapshot::find_domain(const domain::DomainName& name) {
  TRY_ASSIGN(auto row, find_stored_domain(database_, name));
  if (!row) return std::optional<DomainDetail>();
  TRY_ASSIGN(DomainDetail detail, to_detail(database_, *std::move(row)));
  return std::optional(std::move(detail));
}

base::Result<DomainPage> SqlSnapshot::list_domains(const DomainFilter& filter, std::int64_t skip, std::int64_t limit) {
  DomainPage page;
  const Piece matching = matching_rows(filter);
  {
    Piece count;
    count.add("SELECT count(*)");
    count.add(matching);
    TRY_ASSIGN(Query query, count.query(database_));
    TRY(query.next());
    page.total = query.integer(0);
  }
  std::vector<StoredDomain> rows;
  {
    Piece list;
    list.add("SELECT ");
    list.add(kDomainColumns);
    list.add(matching);
    list.add(" ORDER BY domains.id DESC LIMIT ? OFFSET ?", limit, skip);
    TRY_ASSIGN(Query query, list.query(database_));
    for (;;) {
      TRY_ASSIGN(const bool found, query.next());
      if (!found) break;
      TRY_ASSIGN(StoredDomain stored, read_domain(query));
      rows.push_back(std::move(stored));
    }
  }
  for (StoredDomain& row : rows) {
    TRY_ASSIGN(DomainDetail detail, to_detail(database_, std::move(row)));
    page.domains.push_back(std::move(detail));
  }
  return page;
}

base::Result<std::vector<domain::Tag>> SqlSnapshot::find_tags(const domain::DomainName& domain) {
  std::vector<domain::Tag> tags;
  TRY_ASSIGN(Query query, database_.query("SELECT key, value FROM domain_tags"
                                          " WHERE domain = (SELECT id FROM domains WHERE name = ?) ORDER BY key",
                                          domain));
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return tags;
    tags.push_back({query.text(0), query.text(1)});
  }
}

}  // namespace livecert::store::sql
