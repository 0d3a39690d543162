#include "store/sql/queries.h"

#include "store/commands/commands.h"
#include "store/move_mark.h"
#include "store/sql/piece.h"
#include "store/sql/sql_rows.h"
#include "store/sql/sql_snapshot.h"

namespace livecert::store::sql {
namespace {

// The first column of the only row.
template <typename... Values>
base::Result<std::optional<base::Bytes>> find_blob(Session& database, std::string_view sql, const Values&... values) {
  TRY_ASSIGN(Query query, database.query(sql, values...));
  TRY_ASSIGN(const bool found, query.next());
  return found ? std::optional(query.blob(0)) : std::nullopt;
}

// Returns the result of `read` for every row of a query.
template <typename Read>
auto collect(Query query, const Read& read) -> base::Result<std::vector<decltype(read(query))>> {
  std::vector<decltype(read(query))> rows;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return rows;
    rows.push_back(read(query));
  }
}

// Reads the columns id, name, is_root, status, created_at, from `first` on.
domain::Account read_account(const Query& query, int first = 0) {
  domain::Account account;
  account.id = base::AccountId(query.integer(first));
  account.name = query.text(first + 1);
  account.is_root = query.flag(first + 2);
  account.status =
      query.text(first + 3) == "active" ? domain::AccountStatus::kActive : domain::AccountStatus::kSuspended;
  account.created_at = base::from_unix_micros(query.integer(first + 4));
  return account;
}

base::Result<std::vector<std::string>> projects_of_key(Session& database, std::int64_t access_key_row) {
  TRY_ASSIGN(Query query, database.query("SELECT projects.name FROM access_key_projects"
                                         " JOIN projects ON projects.id = access_key_projects.project"
                                         " WHERE access_key_projects.access_key = ? ORDER BY access_key_projects.id",
                                         access_key_row));
  return collect(std::move(query), [](const Query& row) { return row.text(0); });
}

base::Result<std::vector<std::string>> domains_of_key(Session& database, std::int64_t access_key_row) {
  TRY_ASSIGN(Query query,
             database.query("SELECT pattern FROM access_key_domains WHERE access_key = ? ORDER BY id", access_key_row));
  return collect(std::move(query), [](const Query& row) { return row.text(0); });
}

std::optional<base::Time> optional_time(const Query& query, int column) {
  if (query.is_null(column)) return std::nullopt;
  return base::from_unix_micros(query.integer(column));
}

// The text is '' where the store has no policy of that name.
base::Result<std::vector<Credential::Policy>> policies_for(Session& database, const domain::AccessKey& key) {
  TRY_ASSIGN(Query query,
             database.query("SELECT a.policy, coalesce(p.document, ''), a.access_key = '' FROM policy_attachments AS a"
                            " LEFT JOIN policies AS p ON p.name = a.policy"
                            " WHERE a.account = ? AND a.access_key IN ('', ?) ORDER BY a.policy",
                            key.account.number(), key.id));
  return collect(std::move(query), [](const Query& row) {
    return Credential::Policy{row.text(0), row.text(1), row.flag(2)};
  });
}

base::Result<std::vector<std::string>> policies_of(Session& database, const domain::PolicyHolder& holder) {
  TRY_ASSIGN(Query query, database.query("SELECT policy FROM policy_attachments WHERE account = ? AND access_key = ?"
                                         " ORDER BY policy",
                                         holder.account.number(), holder.access_key_id));
  return collect(std::move(query), [](const Query& row) { return row.text(0); });
}

}  // namespace

base::Result<std::optional<base::Bytes>> SqlSnapshot::find_setting(const std::string& name) {
  return find_blob(database_, "SELECT value FROM settings WHERE name = ?", name);
}

base::Result<std::optional<base::Bytes>> SqlSnapshot::find_vault_header() {
  return find_blob(database_, "SELECT header FROM vault WHERE id = 1");
}

base::Result<std::optional<Credential>> SqlSnapshot::find_credential(const std::string& access_key_id) {
  TRY_ASSIGN(Query query,
             database_.query(
                 "SELECT access_keys.id, access_keys.enabled, access_keys.created_at,"
                 " access_keys.sealed_secret, accounts.id, accounts.name, accounts.is_root, accounts.status,"
                 " accounts.created_at, accounts.wrapped_key, access_keys.expires_at, uses.used_at FROM access_keys"
                 " JOIN accounts ON accounts.id = access_keys.account"
                 " LEFT JOIN access_key_uses AS uses ON uses.access_key = access_keys.access_key_id WHERE "
                 "access_keys.access_key_id = ?",
                 access_key_id));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<Credential>();
  Credential credential;
  credential.account = read_account(query, 4);
  credential.wrapped_account_key.bytes = query.blob(9);
  credential.access_key.id = access_key_id;
  credential.access_key.account = credential.account.id;
  credential.access_key.enabled = query.flag(1);
  credential.access_key.created_at = base::from_unix_micros(query.integer(2));
  credential.access_key.sealed_secret.bytes = query.blob(3);
  credential.access_key.expires_at = optional_time(query, 10);
  credential.access_key.last_used_at = optional_time(query, 11);
  TRY_ASSIGN(credential.access_key.projects, projects_of_key(database_, query.integer(0)));
  TRY_ASSIGN(credential.access_key.domains, domains_of_key(database_, query.integer(0)));
  TRY_ASSIGN(credential.policies, policies_for(database_, credential.access_key));
  return std::optional(std::move(credential));
}

base::Result<std::optional<base::SealedBytes>> SqlSnapshot::find_account_key(base::AccountId account) {
  TRY_ASSIGN(auto key, find_blob(database_, "SELECT wrapped_key FROM accounts WHERE id = ?", account.number()));
  return key ? std::optional(base::SealedBytes{*std::move(key)}) : std::nullopt;
}

base::Result<std::optional<domain::Account>> SqlSnapshot::find_account(base::AccountId account) {
  TRY_ASSIGN(Query query, database_.query("SELECT id, name, is_root, status, created_at FROM accounts WHERE id = ?",
                                          account.number()));
  TRY_ASSIGN(const bool found, query.next());
  return found ? std::optional(read_account(query)) : std::nullopt;
}

base::Result<std::vector<domain::Account>> SqlSnapshot::list_accounts() {
  TRY_ASSIGN(Query query, database_.query("SELECT id, name, is_root, status, created_at FROM accounts ORDER BY id"));
  TRY_ASSIGN(auto accounts, collect(std::move(query), [](const Query& row) { return read_account(row); }));
  for (domain::Account& account : accounts) {
    TRY_ASSIGN(account.policies, policies_of(database_, {account.id, ""}));
  }
  return accounts;
}

base::Result<std::vector<StoredPolicy>> SqlSnapshot::list_policies() {
  TRY_ASSIGN(Query query, database_.query("SELECT name, document, changed_at FROM policies ORDER BY name"));
  return collect(std::move(query), [](const Query& row) {
    return StoredPolicy{row.text(0), row.text(1), base::from_unix_micros(row.integer(2))};
  });
}

base::Result<std::vector<domain::PolicyHolder>> SqlSnapshot::list_holders(const std::string& policy,
                                                                          std::int64_t limit) {
  TRY_ASSIGN(Query query, database_.query("SELECT account, access_key FROM policy_attachments WHERE policy = ?"
                                          " ORDER BY account, access_key LIMIT ?",
                                          policy, limit));
  return collect(std::move(query), [](const Query& row) {
    return domain::PolicyHolder{base::AccountId(row.integer(0)), row.text(1)};
  });
}

base::Result<std::vector<domain::AccessKey>> SqlSnapshot::list_access_keys(base::AccountId account) {
  TRY_ASSIGN(Query query,
             database_.query("SELECT k.id, k.access_key_id, k.enabled, k.created_at, k.expires_at, u.used_at"
                             " FROM access_keys AS k"
                             " LEFT JOIN access_key_uses AS u ON u.access_key = k.access_key_id"
                             " WHERE k.account = ? ORDER BY k.id",
                             account.number()));
  std::vector<domain::AccessKey> keys;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return keys;
    domain::AccessKey key;
    key.id = query.text(1);
    key.account = account;
    key.enabled = query.flag(2);
    key.created_at = base::from_unix_micros(query.integer(3));
    key.expires_at = optional_time(query, 4);
    key.last_used_at = optional_time(query, 5);
    TRY_ASSIGN(key.projects, projects_of_key(database_, query.integer(0)));
    TRY_ASSIGN(key.domains, domains_of_key(database_, query.integer(0)));
    TRY_ASSIGN(key.policies, policies_of(database_, {account, key.id}));
    keys.push_back(std::move(key));
  }
}

base::Result<std::vector<domain::Project>> SqlSnapshot::list_projects(base::AccountId account) {
  TRY_ASSIGN(Query query,
             database_.query("SELECT name, created_at FROM projects WHERE account = ? ORDER BY id", account.number()));
  return collect(std::move(query), [&](const Query& row) {
    return domain::Project{account, row.text(0), base::from_unix_micros(row.integer(1))};
  });
}

base::Result<std::vector<StoredEdge>> SqlSnapshot::list_edges() {
  TRY_ASSIGN(Query query, database_.query("SELECT name, definition FROM edges ORDER BY name"));
  return collect(std::move(query), [](const Query& row) { return StoredEdge{row.text(0), row.text(1)}; });
}

base::Result<Outcome> SqlSnapshot::preview(const Context& context, const PutVersion& command) {
  SqlRows rows(database_);
  return commands::preview(rows, context, command);
}

base::Result<Outcome> SqlSnapshot::preview_bind(const Context& context, const Bind& command) {
  SqlRows rows(database_);
  return commands::preview(rows, context, command);
}

base::Result<std::int64_t> SqlSnapshot::last_change() {
  return sql::last_change(database_);
}

base::Result<std::int64_t> last_change(Session& database) {
  return database.read_integer("SELECT coalesce(max(id), 0) FROM changes");
}

base::Result<std::optional<std::string>> find_why_moved(Session& database) {
  TRY_ASSIGN(Query query, database.query("SELECT value FROM settings WHERE name = ?", kMoveSetting));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<std::string>();
  return std::optional(why_moved(base::as_text(query.view(0))));
}

base::Result<std::vector<Change>> SqlSnapshot::changes(std::int64_t after, std::int64_t limit) {
  TRY_ASSIGN(
      Query query,
      database_.query("SELECT id, kind, account, subject FROM changes WHERE id > ? ORDER BY id LIMIT ?", after, limit));
  return collect(std::move(query), [](const Query& row) {
    return Change{row.integer(0), domain::parse_change_kind(base::as_text(row.view(1))),
                  base::AccountId(row.integer(2)), row.text(3)};
  });
}

}  // namespace livecert::store::sql
