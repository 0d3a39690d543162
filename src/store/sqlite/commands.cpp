#include "store/sqlite/commands.h"

#include "store/sqlite/chain_rows.h"

namespace livecert::store::sqlite {
namespace {

using domain::AccountStatus;

std::string_view to_text(AccountStatus status) {
  return status == AccountStatus::kActive ? "active" : "suspended";
}

Outcome absent(std::string subject, std::string name) {
  return {OutcomeKind::kAbsent, std::move(subject), {}, {}, {}, std::move(name)};
}
Outcome exists(std::string subject, std::string name = "") {
  return {OutcomeKind::kExists, std::move(subject), {}, {}, {}, std::move(name)};
}

template <typename... Values>
base::Result<bool> any_row(Connection& database, std::string_view sql, const Values&... values) {
  TRY_ASSIGN(Query query, database.query(sql, values...));
  return query.next();
}

base::Result<bool> account_exists(Connection& database, base::AccountId account) {
  return any_row(database, "SELECT id FROM accounts WHERE id = ?", account.number());
}

base::Result<void> insert_project(Connection& database, base::AccountId account, std::string_view name,
                                  base::Time created_at) {
  return database.run("INSERT INTO projects (account, name, created_at) VALUES (?, ?, ?)", account.number(), name,
                      base::to_unix_micros(created_at));
}

base::Result<void> insert_account(Connection& database, const domain::Account& account,
                                  const base::SealedBytes& wrapped_key) {
  TRY(database.run(
      "INSERT INTO accounts (id, name, is_root, status, created_at, wrapped_key) VALUES (?, ?, ?, ?, ?, ?)",
      account.id.number(), account.name, account.is_root, to_text(account.status),
      base::to_unix_micros(account.created_at), base::ByteView(wrapped_key.bytes)));
  return insert_project(database, account.id, domain::kDefaultProject, account.created_at);
}

base::Result<void> insert_access_key(Connection& database, const domain::AccessKey& key) {
  TRY(database.run(
      "INSERT INTO access_keys (access_key_id, account, enabled, created_at, sealed_secret) VALUES (?, ?, ?, ?, ?)",
      key.id, key.account.number(), key.enabled, base::to_unix_micros(key.created_at),
      base::ByteView(key.sealed_secret.bytes)));
  const std::int64_t row = database.last_row();
  for (const std::string& project : key.projects) {
    TRY(
        database.run("INSERT OR IGNORE INTO access_key_projects (access_key, project)"
                     " SELECT ?, id FROM projects WHERE account = ? AND name = ?",
                     row, key.account.number(), project));
  }
  return {};
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const Initialise& command) {
  TRY_ASSIGN(const bool used, any_row(database, "SELECT id FROM vault UNION ALL SELECT id FROM accounts"));
  if (used) return exists("Store");
  // Every further key is limited by the same rule as create_access_key: a project that nobody created is none.
  for (const std::string& project : command.access_key.projects) {
    if (project != domain::kDefaultProject) return absent("ProjectName", project);
  }
  TRY(database.run("INSERT INTO vault (id, header) VALUES (1, ?)", base::ByteView(command.vault_header)));
  TRY(insert_account(database, command.root, command.wrapped_account_key));
  TRY(insert_access_key(database, command.access_key));
  TRY(record(database, context, "account", command.root.id, command.root.id.to_string()));
  return Outcome{OutcomeKind::kDone};
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const CreateAccount& command) {
  const domain::Account& account = command.account;
  TRY_ASSIGN(const bool known, account_exists(database, account.id));
  if (known) return exists("AccountId", account.id.to_string());
  TRY_ASSIGN(const bool taken, any_row(database, "SELECT id FROM accounts WHERE name = ?", account.name));
  if (taken) return exists("AccountName", account.name);
  TRY(insert_account(database, account, command.wrapped_account_key));
  TRY(record(database, context, "account", account.id, account.id.to_string()));
  return Outcome{OutcomeKind::kDone};
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const SetAccountStatus& command) {
  const std::string_view wanted = to_text(command.status);
  {
    TRY_ASSIGN(Query query, database.query("SELECT status FROM accounts WHERE id = ?", command.account.number()));
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return absent("AccountId", command.account.to_string());
    if (query.text(0) == wanted) return Outcome{OutcomeKind::kConverged};
  }
  TRY(database.run("UPDATE accounts SET status = ? WHERE id = ?", wanted, command.account.number()));
  TRY(record(database, context, "account", command.account, command.account.to_string()));
  return Outcome{OutcomeKind::kDone};
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const CreateAccessKey& command) {
  const domain::AccessKey& key = command.access_key;
  TRY_ASSIGN(const bool known, account_exists(database, key.account));
  if (!known) return absent("AccountId", key.account.to_string());
  for (const std::string& project : key.projects) {
    TRY_ASSIGN(const std::int64_t row, find_project_row(database, key.account, project));
    if (row == 0) return absent("ProjectName", project);
  }
  TRY_ASSIGN(const bool taken, any_row(database, "SELECT id FROM access_keys WHERE access_key_id = ?", key.id));
  if (taken) return exists("AccessKeyId", key.id);
  TRY(insert_access_key(database, key));
  TRY(record(database, context, "access_key", key.account, key.id));
  return Outcome{OutcomeKind::kDone};
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const SetAccessKeyEnabled& command) {
  base::AccountId owner;
  {
    TRY_ASSIGN(Query query, database.query("SELECT account, enabled FROM access_keys WHERE access_key_id = ?",
                                           command.access_key_id));
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return absent("AccessKeyId", "");  // not named: a secret may have been pasted there
    if (query.flag(1) == command.enabled) return Outcome{OutcomeKind::kConverged};
    owner = base::AccountId(query.integer(0));
  }
  TRY(database.run("UPDATE access_keys SET enabled = ? WHERE access_key_id = ?", command.enabled,
                   command.access_key_id));
  TRY(record(database, context, "access_key", owner, command.access_key_id));
  return Outcome{OutcomeKind::kDone};
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const CreateProject& command) {
  const domain::Project& project = command.project;
  TRY_ASSIGN(const bool known, account_exists(database, project.account));
  if (!known) return absent("AccountId", project.account.to_string());
  TRY_ASSIGN(const std::int64_t row, find_project_row(database, project.account, project.name));
  if (row != 0) return exists("ProjectName", project.name);
  TRY(insert_project(database, project.account, project.name, project.created_at));
  TRY(record(database, context, "project", project.account, project.name));
  return Outcome{OutcomeKind::kDone};
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const PutSetting& command) {
  const base::ByteView value(command.value);
  TRY_ASSIGN(const bool same,
             any_row(database, "SELECT id FROM settings WHERE name = ? AND value = ?", command.name, value));
  if (same) return Outcome{OutcomeKind::kConverged};
  TRY(
      database.run("INSERT INTO settings (name, value) VALUES (?, ?)"
                   " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                   command.name, value));
  TRY(record(database, context, "setting", context.caller.account, command.name));
  return Outcome{OutcomeKind::kDone};
}

}  // namespace

base::Result<Outcome> apply(Connection& database, const Context& context, const Command& command) {
  return std::visit([&](const auto& one) { return apply_one(database, context, one); }, command);
}

base::Result<void> record(Connection& database, const Context& context, std::string_view kind, base::AccountId owner,
                          std::string_view subject) {
  TRY(database.run("INSERT INTO changes (kind, account, subject) VALUES (?, ?, ?)", kind, owner.number(), subject));
  return database.run(
      "INSERT INTO audit (at, account, access_key_id, action, request_id, peer_address, subject)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)",
      base::to_unix_micros(context.at), context.caller.account.number(), context.caller.access_key_id, context.action,
      context.request_id, context.peer_address, subject);
}

}  // namespace livecert::store::sqlite
