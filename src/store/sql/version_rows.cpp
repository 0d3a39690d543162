#include <string>

#include "store/sql/sql_rows.h"

namespace livecert::store::sql {
namespace {

// Inserts the issuers' certificates that the account does not have yet. Returns the rows of all of them as a JSON
// array, in the chain's order.
base::Result<std::string> put_issuers(Session& database, base::AccountId account,
                                      const std::vector<domain::IssuerCertificate>& issuers) {
  std::string rows = "[";
  for (const domain::IssuerCertificate& issuer : issuers) {
    std::int64_t row = 0;
    {
      TRY_ASSIGN(Query query, database.query("SELECT id FROM issuer_certificates WHERE account = ? AND sha256 = ?",
                                             account.number(), base::ByteView(issuer.sha256)));
      TRY_ASSIGN(const bool found, query.next());
      if (found) row = query.integer(0);
    }
    if (row == 0) {
      TRY_ASSIGN(Query query, database.query("INSERT INTO issuer_certificates (account, sha256, subject_der, der)"
                                             " VALUES (?, ?, ?, ?) RETURNING id",
                                             account.number(), base::ByteView(issuer.sha256),
                                             base::ByteView(issuer.subject_der), base::ByteView(issuer.der)));
      TRY(query.next());
      row = query.integer(0);
      TRY(query.next());  // ends the statement
    }
    if (rows.size() > 1) rows += ',';
    rows += std::to_string(row);
  }
  return rows + "]";
}

}  // namespace

base::Result<bool> SqlRows::is_version_taken(base::CertId version) {
  return any_row("SELECT id FROM versions WHERE id = ?", version.number());
}

base::Result<std::vector<base::CertId>> SqlRows::versions_of(domain::Position chain) {
  TRY_ASSIGN(Query query, database_.query("SELECT id FROM versions WHERE chain = ?", chain));
  std::vector<base::CertId> versions;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return versions;
    versions.emplace_back(query.integer(0));
  }
}

base::Result<std::optional<CurrentVersion>> SqlRows::find_version(domain::Position chain, base::CertId version) {
  TRY_ASSIGN(Query query,
             database_.query("SELECT content_digest, not_before, not_after FROM versions WHERE id = ? AND chain = ?",
                             version.number(), chain));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<CurrentVersion>();
  CurrentVersion current;
  current.id = version;
  TRY_ASSIGN(current.content_digest, query.fixed<32>(0));
  current.not_before = base::from_unix_micros(query.integer(1));
  current.not_after = base::from_unix_micros(query.integer(2));
  return std::optional(current);
}

base::Result<void> SqlRows::insert_version(const Context& context, const PutVersion& command, domain::Position chain) {
  const domain::VersionContent& content = command.content;
  TRY_ASSIGN(const std::string issuers, put_issuers(database_, context.caller.account, content.issuers));
  if (content.ends_early) {
    TRY(database_.run("INSERT INTO early_ends (version, chain, account, ends_at) VALUES (?, ?, ?, ?)",
                      command.version.number(), chain, context.caller.account.number(),
                      base::to_unix_micros(*content.ends_early)));
  }
  return database_.run(
      "INSERT INTO versions (id, chain, leaf_der, issuers, content_digest, leaf_key_digest, key_kind,"
      " not_before, not_after, created_at, created_by, created_from, sealed_key)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      command.version.number(), chain, base::ByteView(content.leaf_der), issuers,
      base::ByteView(content.content_digest), base::ByteView(content.leaf_key_digest), content.key_kind,
      base::to_unix_micros(content.not_before), base::to_unix_micros(content.not_after),
      base::to_unix_micros(context.at), context.caller.access_key_id, context.peer_address,
      base::ByteView(content.sealed_key.bytes));
}

base::Result<void> SqlRows::delete_versions(std::span<const base::CertId> versions) {
  for (const base::CertId version : versions) {
    TRY(database_.run("DELETE FROM versions WHERE id = ?", version.number()));
    TRY(database_.run("DELETE FROM early_ends WHERE version = ?", version.number()));
  }
  return {};
}

}  // namespace livecert::store::sql
