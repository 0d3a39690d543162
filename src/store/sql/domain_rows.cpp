#include "store/sql/domain_rows.h"

#include <utility>

#include "domain/name_index.h"
#include "store/sql/sql_rows.h"

namespace livecert::store::sql {
namespace {

// A version that this release does not know is a later one than all that it knows. So a lower limit becomes the newest
// known version, and an upper one does not limit.
domain::TlsSwitches read_switches(const Query& query, int first) {
  const auto version = [&](int column) { return domain::parse_tls_version(base::as_text(query.view(column))); };
  return {.https = query.flag(first),
          .http2 = query.flag(first + 1),
          .min_version = version(first + 2).value_or(domain::kNewestTls),
          .max_version = version(first + 3)};
}

std::int64_t number(DomainKey key) {
  return static_cast<std::int64_t>(key);
}

}  // namespace

base::Result<StoredDomain> read_domain(const Query& query) {
  StoredDomain stored;
  stored.row.key = DomainKey{query.integer(0)};
  domain::LiveDomain& domain = stored.row.domain;
  TRY_ASSIGN(domain.name, query.name(1));
  domain.account = base::AccountId(query.integer(2));
  domain.project = query.text(3);
  domain.vhost = query.text(4);
  domain.type = query.text(5);
  domain.region = query.text(6);
  domain.status = query.integer(7) == 0 ? domain::DomainStatus::kNormal : domain::DomainStatus::kDisabled;
  domain.created_at = base::from_unix_micros(query.integer(8));
  if (query.is_null(9)) return stored;
  stored.row.chain = query.integer(9);
  TRY_ASSIGN(const auto chain, query.fixed<16>(10));
  stored.row.binding = domain::Binding{base::ChainId(chain), read_switches(query, 11),
                                       base::from_unix_micros(query.integer(15)), query.text(16), query.text(17)};
  stored.cert_domain = query.text(18);
  stored.chain_name = query.text(19);
  stored.version = base::CertId(query.integer(20));
  stored.not_before = base::from_unix_micros(query.integer(21));
  stored.not_after = base::from_unix_micros(query.integer(22));
  stored.ends_at = base::from_unix_micros(query.integer(23));
  return stored;
}

base::Result<std::optional<StoredDomain>> find_stored_domain(Session& database, const domain::DomainName& name) {
  static const std::string statement =
      "SELECT " + std::string(kDomainColumns) + " FROM domains" + std::string(kDomainJoins) + " WHERE domains.name = ?";
  TRY_ASSIGN(Query query, database.query(statement, name));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<StoredDomain>();
  TRY_ASSIGN(StoredDomain stored, read_domain(query));
  return std::optional(std::move(stored));
}

base::Result<std::optional<DomainRow>> SqlRows::find_domain(const domain::DomainName& name) {
  TRY_ASSIGN(auto stored, find_stored_domain(database_, name));
  return stored ? std::optional(std::move(stored->row)) : std::nullopt;
}

base::Result<bool> SqlRows::is_bound(domain::Position chain) {
  return any_row("SELECT id FROM domains INDEXED BY domains_by_chain WHERE chain = ? LIMIT 1", chain);
}

base::Result<std::optional<base::Time>> SqlRows::last_bound_at(domain::Position chain) {
  TRY_ASSIGN(Query query, database_.query("SELECT max(bound_at) FROM domains WHERE chain = ?", chain));
  TRY(query.next());
  return query.is_null(0) ? std::nullopt : std::optional(base::from_unix_micros(query.integer(0)));
}

base::Result<std::size_t> SqlRows::count_vhost(base::AccountId account, const std::string& vhost) {
  TRY_ASSIGN(Query query,
             database_.query("SELECT count(*) FROM domains WHERE account = ? AND vhost = ?", account.number(), vhost));
  TRY(query.next());
  return static_cast<std::size_t>(query.integer(0));
}

base::Result<DomainKey> SqlRows::insert_domain(const domain::LiveDomain& domain, ProjectKey project) {
  const domain::Position row = next_position();
  TRY(database_.run(
      "INSERT INTO domains (id, name, account, project, vhost, type, region, status, created_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row, domain.name, domain.account.number(), static_cast<std::int64_t>(project), domain.vhost, domain.type,
      domain.region, static_cast<std::int64_t>(domain.status), base::to_unix_micros(domain.created_at)));
  for (const domain::Tag& tag : domain.tags) {
    TRY(database_.run("INSERT INTO domain_tags (domain, key, value) VALUES (?, ?, ?)", row, tag.key, tag.value));
  }
  return DomainKey{row};
}

base::Result<void> SqlRows::delete_domain(DomainKey domain) {
  TRY(database_.run("DELETE FROM domain_tags WHERE domain = ?", number(domain)));
  return database_.run("DELETE FROM domains WHERE id = ?", number(domain));
}

base::Result<void> SqlRows::set_domain_status(DomainKey domain, domain::DomainStatus status) {
  return database_.run("UPDATE domains SET status = ? WHERE id = ?", static_cast<std::int64_t>(status), number(domain));
}

base::Result<void> SqlRows::set_domain_vhost(DomainKey domain, const std::string& vhost) {
  return database_.run("UPDATE domains SET vhost = ? WHERE id = ?", vhost, number(domain));
}

base::Result<void> SqlRows::move_domain(DomainKey domain, base::AccountId account, ProjectKey project) {
  return database_.run("UPDATE domains SET account = ?, project = ? WHERE id = ?", account.number(),
                       static_cast<std::int64_t>(project), number(domain));
}

base::Result<void> SqlRows::put_binding(DomainKey domain, const NewBinding& binding) {
  const domain::TlsSwitches& tls = binding.tls;
  return database_.run(
      "UPDATE domains SET chain = ?, https = ?, http2 = ?, min_version = ?, max_version = ?, bound_at = ?,"
      " bound_by = ?, bound_from = ?, cert_domain = ? WHERE id = ?",
      binding.chain, tls.https, tls.http2, to_text(tls.min_version), to_text(tls.max_version),
      base::to_unix_micros(binding.bound_at), binding.bound_by, binding.bound_from, binding.cert_domain,
      number(domain));
}

base::Result<void> SqlRows::clear_binding(DomainKey domain) {
  return database_.run(
      "UPDATE domains SET chain = NULL, https = 0, http2 = 0, min_version = '', max_version = '', bound_at = 0,"
      " bound_by = '', bound_from = '', cert_domain = '' WHERE id = ?",
      number(domain));
}

base::Result<void> SqlRows::put_covering_names(domain::Position chain, const std::vector<std::string>& dns_names) {
  struct Change {
    std::int64_t row = 0;
    std::string cert_domain;
  };
  const domain::NameIndex names(dns_names);
  std::vector<Change> changes;  // few, because a renewal usually has the same names
  {
    TRY_ASSIGN(Query query,
               database_.query("SELECT id, name, cert_domain FROM domains INDEXED BY domains_by_chain WHERE chain = ?",
                               chain));
    for (;;) {
      TRY_ASSIGN(const bool found, query.next());
      if (!found) break;
      std::string name = names.covering_name(base::as_text(query.view(1)));
      if (name != base::as_text(query.view(2))) changes.push_back({query.integer(0), std::move(name)});
    }
  }
  for (const Change& change : changes) {
    TRY(database_.run("UPDATE domains SET cert_domain = ? WHERE id = ?", change.cert_domain, change.row));
  }
  return {};
}

}  // namespace livecert::store::sql
