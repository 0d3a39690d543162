#include "store/sql/sql_rows.h"

namespace livecert::store::sql {
namespace {

using domain::AccountStatus;

std::string_view to_text(AccountStatus status) {
  return status == AccountStatus::kActive ? "active" : "suspended";
}

AccountStatus to_status(bool is_active) {
  return is_active ? AccountStatus::kActive : AccountStatus::kSuspended;
}

}  // namespace

base::Result<domain::Position> SqlRows::read_last_position() {
  return database_.read_integer(
      "SELECT coalesce(max(id), 0) FROM (SELECT max(id) AS id FROM changes UNION ALL SELECT max(id) FROM audit"
      " UNION ALL SELECT max(id) FROM chains UNION ALL SELECT max(id) FROM domains"
      " UNION ALL SELECT max(id) FROM projects UNION ALL SELECT max(id) FROM access_keys) AS positions");
}

base::Result<bool> SqlRows::is_used() {
  return any_row("SELECT id FROM vault UNION ALL SELECT id FROM accounts");
}

base::Result<void> SqlRows::insert_vault_header(base::ByteView header) {
  return database_.run("INSERT INTO vault (id, header) VALUES (1, ?)", header);
}

base::Result<std::optional<AccountStatus>> SqlRows::account_status(base::AccountId account) {
  TRY_ASSIGN(Query query, database_.query("SELECT status = 'active' FROM accounts WHERE id = ?", account.number()));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<AccountStatus>();
  return std::optional(to_status(query.flag(0)));
}

base::Result<std::optional<Owner>> SqlRows::find_owner(base::AccountId account, std::string_view project) {
  TRY_ASSIGN(Query query, database_.query("SELECT accounts.status = 'active', projects.id FROM accounts"
                                          " LEFT JOIN projects ON projects.account = accounts.id AND projects.name = ?"
                                          " WHERE accounts.id = ?",
                                          project, account.number()));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<Owner>();
  Owner owner{to_status(query.flag(0)), std::nullopt};
  if (!query.is_null(1)) owner.project = ProjectKey{query.integer(1)};
  return std::optional(owner);
}

base::Result<bool> SqlRows::is_account_name_taken(const std::string& name) {
  return any_row("SELECT id FROM accounts WHERE name = ?", name);
}

base::Result<void> SqlRows::insert_account(const domain::Account& account, const base::SealedBytes& wrapped_key) {
  return database_.run(
      "INSERT INTO accounts (id, name, is_root, status, created_at, wrapped_key) VALUES (?, ?, ?, ?, ?, ?)",
      account.id.number(), account.name, account.is_root, to_text(account.status),
      base::to_unix_micros(account.created_at), base::ByteView(wrapped_key.bytes));
}

base::Result<void> SqlRows::set_account_status(base::AccountId account, AccountStatus status) {
  return database_.run("UPDATE accounts SET status = ? WHERE id = ?", to_text(status), account.number());
}

base::Result<domain::AccountContent> SqlRows::account_content(base::AccountId account) {
  const auto number = account.number();
  TRY_ASSIGN(Query query,
             database_.query("SELECT (SELECT coalesce(sum(chains), 0) FROM chain_blocks WHERE account = ?),"
                             " (SELECT count(*) FROM domains WHERE account = ?),"
                             " (SELECT count(*) FROM access_keys WHERE account = ?),"
                             " (SELECT count(*) FROM projects WHERE account = ? AND name <> 'default')",
                             number, number, number, number));
  TRY(query.next());
  return domain::AccountContent{query.integer(0), query.integer(1), query.integer(2), query.integer(3)};
}

base::Result<std::vector<domain::DomainName>> SqlRows::domains_of(base::AccountId account, std::int64_t limit) {
  TRY_ASSIGN(Query query, database_.query("SELECT name FROM domains WHERE account = ? ORDER BY id LIMIT ?",
                                          account.number(), limit));
  std::vector<domain::DomainName> names;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return names;
    TRY_ASSIGN(names.emplace_back(), query.name(0));
  }
}

base::Result<std::vector<base::ChainId>> SqlRows::chains_of(base::AccountId account, std::int64_t limit) {
  TRY_ASSIGN(Query query, database_.query("SELECT chain_id FROM chains WHERE account = ? ORDER BY id LIMIT ?",
                                          account.number(), limit));
  std::vector<base::ChainId> chains;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return chains;
    TRY_ASSIGN(const auto bytes, query.fixed<16>(0));
    chains.emplace_back(bytes);
  }
}

base::Result<std::vector<std::string>> SqlRows::keys_of(base::AccountId account, std::int64_t limit) {
  return texts("SELECT access_key_id FROM access_keys WHERE account = ? ORDER BY id LIMIT ?", account.number(), limit);
}

base::Result<std::vector<std::string>> SqlRows::projects_of(base::AccountId account, std::int64_t limit) {
  return texts("SELECT name FROM projects WHERE account = ? AND name <> 'default' ORDER BY id LIMIT ?",
               account.number(), limit);
}

base::Result<void> SqlRows::delete_account(base::AccountId account) {
  const auto number = account.number();
  TRY(database_.run("DELETE FROM policy_attachments WHERE account = ?", number));
  TRY(database_.run("DELETE FROM issuer_certificates WHERE account = ?", number));
  TRY(database_.run("DELETE FROM chain_blocks WHERE account = ?", number));
  // The counts of chains that were there are all 0 by now.
  TRY(database_.run("DELETE FROM expiry_days WHERE project IN (SELECT id FROM projects WHERE account = ?)", number));
  TRY(database_.run("DELETE FROM projects WHERE account = ?", number));
  return database_.run("DELETE FROM accounts WHERE id = ?", number);
}

base::Result<std::optional<ProjectKey>> SqlRows::find_project(base::AccountId account, std::string_view name) {
  TRY_ASSIGN(Query query,
             database_.query("SELECT id FROM projects WHERE account = ? AND name = ?", account.number(), name));
  TRY_ASSIGN(const bool found, query.next());
  return found ? std::optional(ProjectKey{query.integer(0)}) : std::nullopt;
}

base::Result<void> SqlRows::insert_project(const domain::Project& project) {
  return database_.run("INSERT INTO projects (id, account, name, created_at) VALUES (?, ?, ?, ?)", next_position(),
                       project.account.number(), project.name, base::to_unix_micros(project.created_at));
}

base::Result<bool> SqlRows::has_chains(base::AccountId account, ProjectKey project) {
  return any_row("SELECT id FROM chains WHERE account = ? AND project = ? LIMIT 1", account.number(),
                 static_cast<std::int64_t>(project));
}

base::Result<bool> SqlRows::has_domains(base::AccountId account, ProjectKey project) {
  return any_row("SELECT id FROM domains WHERE account = ? AND project = ? LIMIT 1", account.number(),
                 static_cast<std::int64_t>(project));
}

base::Result<std::vector<std::string>> SqlRows::keys_limited_to(ProjectKey project) {
  TRY_ASSIGN(Query query, database_.query("SELECT access_keys.access_key_id FROM access_key_projects"
                                          " JOIN access_keys ON access_keys.id = access_key_projects.access_key"
                                          " WHERE access_key_projects.project = ? ORDER BY access_keys.access_key_id",
                                          static_cast<std::int64_t>(project)));
  std::vector<std::string> keys;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return keys;
    keys.push_back(query.text(0));
  }
}

base::Result<void> SqlRows::delete_project(ProjectKey project) {
  // The counts of chains that were there are all 0 by now.
  TRY(database_.run("DELETE FROM expiry_days WHERE project = ?", static_cast<std::int64_t>(project)));
  return database_.run("DELETE FROM projects WHERE id = ?", static_cast<std::int64_t>(project));
}

base::Result<std::optional<AccessKeyRow>> SqlRows::find_access_key(const std::string& id) {
  TRY_ASSIGN(Query query, database_.query("SELECT account, enabled FROM access_keys WHERE access_key_id = ?", id));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<AccessKeyRow>();
  return std::optional(AccessKeyRow{base::AccountId(query.integer(0)), query.flag(1)});
}

base::Result<void> SqlRows::insert_access_key(const domain::AccessKey& key) {
  const domain::Position row = next_position();
  TRY(database_.run(
      "INSERT INTO access_keys (id, access_key_id, account, enabled, created_at, sealed_secret, expires_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)",
      row, key.id, key.account.number(), key.enabled, base::to_unix_micros(key.created_at),
      base::ByteView(key.sealed_secret.bytes),
      key.expires_at ? std::optional(base::to_unix_micros(*key.expires_at)) : std::nullopt));
  for (const std::string& pattern : key.domains) {
    TRY(database_.run("INSERT INTO access_key_domains (access_key, pattern) VALUES (?, ?) ON CONFLICT DO NOTHING", row,
                      pattern));
  }
  for (const std::string& project : key.projects) {
    TRY(
        database_.run("INSERT INTO access_key_projects (access_key, project)"
                      " SELECT ?, id FROM projects WHERE account = ? AND name = ? ON CONFLICT DO NOTHING",
                      row, key.account.number(), project));
  }
  return {};
}

base::Result<void> SqlRows::set_access_key_enabled(const std::string& id, bool enabled) {
  return database_.run("UPDATE access_keys SET enabled = ? WHERE access_key_id = ?", enabled, id);
}

base::Result<void> SqlRows::delete_access_key(const std::string& id) {
  TRY(
      database_.run("DELETE FROM access_key_projects"
                    " WHERE access_key IN (SELECT id FROM access_keys WHERE access_key_id = ?)",
                    id));
  TRY(
      database_.run("DELETE FROM access_key_domains"
                    " WHERE access_key IN (SELECT id FROM access_keys WHERE access_key_id = ?)",
                    id));
  TRY(
      database_.run("DELETE FROM policy_attachments WHERE access_key = ?"
                    " AND account IN (SELECT account FROM access_keys WHERE access_key_id = ?)",
                    id, id));
  TRY(database_.run("DELETE FROM access_key_uses WHERE access_key = ?", id));
  return database_.run("DELETE FROM access_keys WHERE access_key_id = ?", id);
}

base::Result<void> SqlRows::put_key_use(const std::string& id, base::Time at) {
  return database_.run(
      "INSERT INTO access_key_uses (access_key, used_at) SELECT access_key_id, ? FROM access_keys"
      " WHERE access_key_id = ? ON CONFLICT (access_key) DO UPDATE SET used_at = excluded.used_at",
      base::to_unix_micros(at), id);
}

base::Result<std::optional<std::string>> SqlRows::find_policy(const std::string& name) {
  TRY_ASSIGN(Query query, database_.query("SELECT document FROM policies WHERE name = ?", name));
  TRY_ASSIGN(const bool found, query.next());
  return found ? std::optional(query.text(0)) : std::nullopt;
}

base::Result<void> SqlRows::put_policy(const domain::PutPolicy& policy) {
  return database_.run(
      "INSERT INTO policies (name, document, changed_at) VALUES (?, ?, ?)"
      " ON CONFLICT (name) DO UPDATE SET document = excluded.document, changed_at = excluded.changed_at",
      policy.name, policy.document, base::to_unix_micros(policy.at));
}

base::Result<void> SqlRows::delete_policy(const std::string& name) {
  return database_.run("DELETE FROM policies WHERE name = ?", name);
}

base::Result<std::vector<std::string>> SqlRows::holders_of_policy(const std::string& name, std::int64_t limit) {
  TRY_ASSIGN(Query query, database_.query("SELECT account, access_key FROM policy_attachments WHERE policy = ?"
                                          " ORDER BY account, access_key LIMIT ?",
                                          name, limit));
  std::vector<std::string> holders;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return holders;
    holders.push_back(domain::to_text({base::AccountId(query.integer(0)), query.text(1)}));
  }
}

base::Result<std::vector<std::string>> SqlRows::policies_of(const domain::PolicyHolder& holder) {
  TRY_ASSIGN(Query query, database_.query("SELECT policy FROM policy_attachments WHERE account = ? AND access_key = ?"
                                          " ORDER BY policy",
                                          holder.account.number(), holder.access_key_id));
  std::vector<std::string> names;
  for (;;) {
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return names;
    names.push_back(query.text(0));
  }
}

base::Result<void> SqlRows::insert_attachment(const std::string& policy, const domain::PolicyHolder& holder) {
  return database_.run("INSERT INTO policy_attachments (account, access_key, policy) VALUES (?, ?, ?)",
                       holder.account.number(), holder.access_key_id, policy);
}

base::Result<void> SqlRows::delete_attachment(const std::string& policy, const domain::PolicyHolder& holder) {
  return database_.run("DELETE FROM policy_attachments WHERE account = ? AND access_key = ? AND policy = ?",
                       holder.account.number(), holder.access_key_id, policy);
}

base::Result<std::optional<base::Bytes>> SqlRows::find_setting(const std::string& name) {
  TRY_ASSIGN(Query query, database_.query("SELECT value FROM settings WHERE name = ?", name));
  TRY_ASSIGN(const bool found, query.next());
  return found ? std::optional(query.blob(0)) : std::nullopt;
}

base::Result<void> SqlRows::put_setting(const PutSetting& setting) {
  return database_.run(
      "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      setting.name, base::ByteView(setting.value));
}

base::Result<std::optional<std::string>> SqlRows::find_edge(const std::string& name) {
  TRY_ASSIGN(Query query, database_.query("SELECT definition FROM edges WHERE name = ?", name));
  TRY_ASSIGN(const bool found, query.next());
  return found ? std::optional(query.text(0)) : std::nullopt;
}

base::Result<void> SqlRows::put_edge(const PutEdge& edge) {
  return database_.run(
      "INSERT INTO edges (name, definition) VALUES (?, ?)"
      " ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
      edge.name, edge.definition);
}

base::Result<void> SqlRows::delete_edge(const std::string& name) {
  return database_.run("DELETE FROM edges WHERE name = ?", name);
}

}  // namespace livecert::store::sql
