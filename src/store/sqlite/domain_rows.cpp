#include "store/sqlite/domain_rows.h"

#include <utility>

#include "domain/name_index.h"
#include "store/sqlite/chain_rows.h"

namespace livecert::store::sqlite {
namespace {

domain::TlsSwitches read_switches(const Query& query, int first) {
  return {query.flag(first), query.flag(first + 1), query.text(first + 2), query.text(first + 3)};
}

}  // namespace

base::Result<DomainRow> read_domain_row(const Query& query) {
  DomainRow row;
  row.row = query.integer(0);
  row.domain.name = query.text(1);
  row.domain.account = base::AccountId(query.integer(2));
  row.domain.project = query.text(3);
  row.domain.vhost = query.text(4);
  row.domain.type = query.text(5);
  row.domain.region = query.text(6);
  row.domain.status = query.integer(7) == 0 ? domain::DomainStatus::kNormal : domain::DomainStatus::kDisabled;
  row.domain.created_at = base::from_unix_micros(query.integer(8));
  if (query.is_null(9)) return row;
  row.chain_row = query.integer(9);
  TRY_ASSIGN(const auto chain, query.fixed<16>(10));
  row.binding = domain::Binding{base::ChainId(chain), read_switches(query, 11),
                                base::from_unix_micros(query.integer(15)), query.text(16), query.text(17)};
  row.cert_domain = query.text(18);
  row.chain_name = query.text(19);
  row.version = base::CertId(query.integer(20));
  row.not_before = base::from_unix_micros(query.integer(21));
  row.not_after = base::from_unix_micros(query.integer(22));
  return row;
}

base::Result<std::optional<DomainRow>> find_domain_row(Connection& database, const std::string& name) {
  static const std::string statement =
      "SELECT " + std::string(kDomainColumns) + " FROM domains" + std::string(kDomainJoins) + " WHERE domains.name = ?";
  TRY_ASSIGN(Query query, database.query(statement, name));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<DomainRow>();
  TRY_ASSIGN(DomainRow row, read_domain_row(query));
  return std::optional(std::move(row));
}

base::Result<void> release_chain(Connection& database, const Context& context, std::int64_t chain_row,
                                 const std::optional<Successor>& successor) {
  // Rows grow with time: a chain that was made earlier takes nobody's place.
  if (!successor || successor->row <= chain_row) return {};
  return database.run(
      "UPDATE chains SET superseded_by = ?, superseded_at = ?"
      " WHERE id = ? AND NOT EXISTS (SELECT 1 FROM domains WHERE chain = ?)",
      successor->id.bytes(), base::to_unix_micros(context.at), chain_row, chain_row);
}

base::Result<void> write_binding(Connection& database, const Context& context, std::int64_t domain_row,
                                 std::int64_t chain_row, const domain::TlsSwitches& tls,
                                 const std::string& cert_domain) {
  // The domains of a chain are shown in the order of this time, which a clock that was set back must not turn round.
  TRY(database.run(
      "UPDATE domains SET chain = ?, https = ?, http2 = ?, min_version = ?, max_version = ?, bound_at ="
      " max(?, 1 + coalesce((SELECT max(others.bound_at) FROM domains AS others WHERE others.chain = ?), 0)),"
      " bound_by = ?, bound_from = ?, cert_domain = ? WHERE id = ?",
      chain_row, tls.https, tls.http2, tls.min_version, tls.max_version, base::to_unix_micros(context.at), chain_row,
      context.caller.access_key_id, context.peer_address, cert_domain, domain_row));
  return end_superseded(database, chain_row);
}

base::Result<void> write_cert_domains(Connection& database, std::int64_t chain_row,
                                      const std::vector<std::string>& dns_names) {
  struct Change {
    std::int64_t row = 0;
    std::string cert_domain;
  };
  const domain::NameIndex names(dns_names);
  std::vector<Change> changes;  // few: a renewal has the names of what it renews
  {
    TRY_ASSIGN(Query query,
               database.query("SELECT id, name, cert_domain FROM domains INDEXED BY domains_by_chain WHERE chain = ?",
                              chain_row));
    for (;;) {
      TRY_ASSIGN(const bool found, query.next());
      if (!found) break;
      std::string name = names.covering_name(base::as_text(query.view(1)));
      if (name != base::as_text(query.view(2))) changes.push_back({query.integer(0), std::move(name)});
    }
  }
  for (const Change& change : changes) {
    TRY(database.run("UPDATE domains SET cert_domain = ? WHERE id = ?", change.cert_domain, change.row));
  }
  return {};
}

base::Result<void> begin_receipts_anew(Connection& database, const std::string& domain, base::CertId version) {
  return database.run(
      "UPDATE receipts SET written_at = NULL, acknowledged_at = NULL, proved_at = NULL, attempts = 0, failure = ''"
      " WHERE domain = ? AND version = ?",
      domain, version.number());
}

base::Result<void> clear_binding(Connection& database, std::int64_t domain_row) {
  return database.run(
      "UPDATE domains SET chain = NULL, https = 0, http2 = 0, min_version = '', max_version = '', bound_at = 0,"
      " bound_by = '', bound_from = '', cert_domain = '' WHERE id = ?",
      domain_row);
}

base::Result<std::int64_t> insert_domain(Connection& database, const domain::LiveDomain& domain,
                                         std::int64_t project_row) {
  TRY(
      database.run("INSERT INTO domains (name, account, project, vhost, type, region, status, created_at)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                   domain.name, domain.account.number(), project_row, domain.vhost, domain.type, domain.region,
                   static_cast<std::int64_t>(domain.status), base::to_unix_micros(domain.created_at)));
  const std::int64_t row = database.last_row();
  for (const domain::Tag& tag : domain.tags) {
    TRY(database.run("INSERT INTO domain_tags (domain, key, value) VALUES (?, ?, ?)", row, tag.key, tag.value));
  }
  return row;
}

base::Result<std::size_t> count_vhost(Connection& database, base::AccountId account, const std::string& vhost) {
  TRY_ASSIGN(Query query,
             database.query("SELECT count(*) FROM domains WHERE account = ? AND vhost = ?", account.number(), vhost));
  TRY(query.next());
  return static_cast<std::size_t>(query.integer(0));
}

}  // namespace livecert::store::sqlite
