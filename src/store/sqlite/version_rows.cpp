#include "store/sqlite/version_rows.h"

#include <algorithm>
#include <string>

namespace livecert::store::sqlite {
namespace {

// The rows of the issuers' certificates, written where the account has none yet, as a JSON array in the chain's order.
base::Result<std::string> put_issuers(Connection& database, base::AccountId account,
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
      TRY(database.run("INSERT INTO issuer_certificates (account, sha256, subject_der, der) VALUES (?, ?, ?, ?)",
                       account.number(), base::ByteView(issuer.sha256), base::ByteView(issuer.subject_der),
                       base::ByteView(issuer.der)));
      row = database.last_row();
    }
    if (rows.size() > 1) rows += ',';
    rows += std::to_string(row);
  }
  return rows + "]";
}

}  // namespace

base::Result<void> insert_version(Connection& database, const Context& context, const PutVersion& command,
                                  std::int64_t chain_row) {
  const domain::VersionContent& content = command.content;
  TRY_ASSIGN(const std::string issuers, put_issuers(database, context.caller.account, content.issuers));
  return database.run(
      "INSERT INTO versions (id, chain, leaf_der, issuers, content_digest, leaf_key_digest, key_kind,"
      " not_before, not_after, created_at, created_by, created_from, sealed_key)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      command.version.number(), chain_row, base::ByteView(content.leaf_der), issuers,
      base::ByteView(content.content_digest), base::ByteView(content.leaf_key_digest), content.key_kind,
      base::to_unix_micros(content.not_before), base::to_unix_micros(content.not_after),
      base::to_unix_micros(context.at), context.caller.access_key_id, context.peer_address,
      base::ByteView(content.sealed_key.bytes));
}

base::Result<bool> version_exists(Connection& database, base::CertId version) {
  TRY_ASSIGN(Query query, database.query("SELECT id FROM versions WHERE id = ?", version.number()));
  return query.next();
}

base::Result<void> drop_old_versions(Connection& database, const ChainRow& chain, base::CertId current, int keep) {
  return database.run(
      "DELETE FROM versions WHERE chain = ? AND id <> ? AND id NOT IN"
      " (SELECT id FROM versions WHERE chain = ? AND id <> ? ORDER BY id DESC LIMIT ?)",
      chain.row, current.number(), chain.row, current.number(), std::int64_t{std::max(keep, 1)} - 1);
}

}  // namespace livecert::store::sqlite
