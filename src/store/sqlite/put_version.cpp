#include "domain/put_version.h"

#include "store/sqlite/commands.h"

namespace livecert::store::sqlite {
namespace {

using domain::PutState;
using domain::PutVerdict;

// What the transaction read: the decision's input and the rows that the writing will refer to.
struct Reading {
  PutState state;
  bool account_exists = false;
  std::int64_t project_row = 0;  // of the project asked for, or `default` on create
  std::int64_t target_row = 0;
  ExpiryDay target_expiry;
};

base::Result<void> read_account(Connection& database, const Context& context, const PutVersion& command,
                                Reading& reading) {
  const std::string project = command.project.value_or(std::string(domain::kDefaultProject));
  TRY_ASSIGN(Query query, database.query("SELECT accounts.status = 'active', projects.id FROM accounts"
                                         " LEFT JOIN projects ON projects.account = accounts.id AND projects.name = ?"
                                         " WHERE accounts.id = ?",
                                         project, context.caller.account.number()));
  TRY_ASSIGN(reading.account_exists, query.next());
  if (!reading.account_exists) return {};
  using domain::AccountStatus;
  reading.state.account_status = query.flag(0) ? AccountStatus::kActive : AccountStatus::kSuspended;
  reading.state.project_exists = !query.is_null(1);
  reading.project_row = query.integer(1);
  return {};
}

base::Result<void> read_target(Connection& database, const base::ChainId& chain, Reading& reading) {
  TRY_ASSIGN(Query query,
             database.query("SELECT chains.id, chains.account, chains.project, projects.name, chains.name,"
                            " chains.current_version, versions.content_digest, chains.not_after FROM chains"
                            " JOIN projects ON projects.id = chains.project"
                            " JOIN versions ON versions.id = chains.current_version"
                            " WHERE chains.chain_id_prefix = ? AND chains.chain_id = ?",
                            index_prefix(chain.bytes()), chain.bytes()));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return {};
  reading.target_row = query.integer(0);
  reading.target_expiry = {query.integer(2), day_of(base::from_unix_micros(query.integer(7)))};
  domain::ChainState target;
  target.account = base::AccountId(query.integer(1));
  target.project = query.text(3);
  target.name = query.text(4);
  target.current = base::CertId(query.integer(5));
  TRY_ASSIGN(target.content_digest, query.fixed<32>(6));
  reading.state.target = std::move(target);
  return {};
}

// The chain that has held equal content the longest: versions' ids grow with time.
base::Result<void> read_claim(Connection& database, const PutVersion& command, Reading& reading) {
  const base::ByteView digest(command.content.content_digest);
  TRY_ASSIGN(Query query,
             database.query("SELECT chains.chain_id, chains.current_version FROM chains INDEXED BY chains_by_content"
                            " JOIN versions ON versions.id = chains.current_version"
                            " WHERE chains.content_prefix = ? AND chains.project = ?"
                            " AND versions.content_digest = ?"
                            " ORDER BY chains.current_version LIMIT 1",
                            index_prefix(digest), reading.project_row, digest));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return {};
  TRY_ASSIGN(const auto chain, query.fixed<16>(0));
  reading.state.claimed_by = PutState::Claim{base::ChainId(chain), base::CertId(query.integer(1))};
  return {};
}

base::Result<Reading> read(Connection& database, const Context& context, const PutVersion& command) {
  Reading reading;
  TRY(read_account(database, context, command, reading));
  if (!reading.account_exists) return reading;
  if (command.target) {
    TRY(read_target(database, *command.target, reading));
  } else if (command.converge_duplicates) {
    TRY(read_claim(database, command, reading));
  }
  return reading;
}

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

base::Result<void> insert_version(Connection& database, const Context& context, const PutVersion& command,
                                  std::int64_t chain_row) {
  const domain::VersionContent& content = command.content;
  TRY_ASSIGN(const std::string issuers, put_issuers(database, context.caller.account, content.issuers));
  return database.run(
      "INSERT INTO versions (id, chain, leaf_der, issuers, content_digest, leaf_key_digest, key_kind,"
      " not_before, not_after, created_at, created_by, sealed_key)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      command.version.number(), chain_row, base::ByteView(content.leaf_der), issuers,
      base::ByteView(content.content_digest), base::ByteView(content.leaf_key_digest), content.key_kind,
      base::to_unix_micros(content.not_before), base::to_unix_micros(content.not_after),
      base::to_unix_micros(context.at), context.caller.access_key_id, base::ByteView(content.sealed_key.bytes));
}

base::Result<bool> version_exists(Connection& database, base::CertId version) {
  TRY_ASSIGN(Query query, database.query("SELECT id FROM versions WHERE id = ?", version.number()));
  return query.next();
}

base::Result<bool> chain_exists(Connection& database, const base::ChainId& chain) {
  TRY_ASSIGN(Query query, database.query("SELECT id FROM chains WHERE chain_id_prefix = ? AND chain_id = ?",
                                         index_prefix(chain.bytes()), chain.bytes()));
  return query.next();
}

base::Result<Outcome> insert_chain(Connection& database, const Context& context, const PutVersion& command,
                                   const Reading& reading) {
  TRY_ASSIGN(const bool chain_taken, chain_exists(database, command.chain));
  if (chain_taken) return Outcome{OutcomeKind::kExists, "ChainID"};
  TRY_ASSIGN(const bool version_taken, version_exists(database, command.version));
  if (version_taken) return Outcome{OutcomeKind::kExists, "CertID"};
  const domain::VersionContent& content = command.content;
  TRY(
      database.run("INSERT INTO chains (chain_id_prefix, chain_id, account, project, name, created_at, current_version,"
                   " content_prefix, not_before, not_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   index_prefix(command.chain.bytes()), command.chain.bytes(), context.caller.account.number(),
                   reading.project_row, command.name.value_or(""), base::to_unix_micros(context.at),
                   command.version.number(), index_prefix(content.content_digest),
                   base::to_unix_micros(content.not_before), base::to_unix_micros(content.not_after)));
  TRY(insert_version(database, context, command, database.last_row()));
  TRY(count_expiry(database, std::nullopt, {reading.project_row, day_of(content.not_after)}));
  TRY(record(database, context, "chain", context.caller.account, command.chain.to_string()));
  return Outcome{OutcomeKind::kDone, "", command.chain, command.version};
}

// Gives the chain the name and the project that were sent; its validity ends on `day`.
base::Result<void> relabel(Connection& database, const PutVersion& command, const Reading& reading, std::int64_t day) {
  const ExpiryDay expiry{command.project ? reading.project_row : reading.target_expiry.project_row, day};
  if (command.name || command.project) {
    TRY(database.run("UPDATE chains SET name = ?, project = ? WHERE id = ?",
                     command.name.value_or(reading.state.target->name), expiry.project_row, reading.target_row));
  }
  return count_expiry(database, reading.target_expiry, expiry);
}

base::Result<Outcome> insert_next_version(Connection& database, const Context& context, const PutVersion& command,
                                          const Reading& reading) {
  TRY_ASSIGN(const bool version_taken, version_exists(database, command.version));
  if (version_taken) return Outcome{OutcomeKind::kExists, "CertID"};
  const domain::VersionContent& content = command.content;
  TRY(insert_version(database, context, command, reading.target_row));
  TRY(database.run(
      "UPDATE chains SET current_version = ?, content_prefix = ?, not_before = ?, not_after = ? WHERE id = ?",
      command.version.number(), index_prefix(content.content_digest), base::to_unix_micros(content.not_before),
      base::to_unix_micros(content.not_after), reading.target_row));
  TRY(relabel(database, command, reading, day_of(content.not_after)));
  TRY(record(database, context, "chain", context.caller.account, command.target->to_string()));
  return Outcome{OutcomeKind::kDone, "", *command.target, command.version};
}

base::Result<Outcome> relabel_chain(Connection& database, const Context& context, const PutVersion& command,
                                    const Reading& reading) {
  TRY(relabel(database, command, reading, reading.target_expiry.day));
  TRY(record(database, context, "chain", context.caller.account, command.target->to_string()));
  return Outcome{OutcomeKind::kDone, "", *command.target, reading.state.target->current};
}

Outcome converged(const PutVersion& command, const PutState& state) {
  if (command.target) return {OutcomeKind::kConverged, "", *command.target, state.target->current};
  return {OutcomeKind::kConverged, "", state.claimed_by->chain, state.claimed_by->current};
}

}  // namespace

base::Result<Outcome> apply_put_version(Connection& database, const Context& context, const PutVersion& command) {
  TRY_ASSIGN(const Reading reading, read(database, context, command));
  if (!reading.account_exists) return Outcome{OutcomeKind::kAbsent, "AccountId"};
  switch (domain::decide(context.caller, command, reading.state)) {
    case PutVerdict::kInsertChain:
      return insert_chain(database, context, command, reading);
    case PutVerdict::kInsertVersion:
      return insert_next_version(database, context, command, reading);
    case PutVerdict::kRelabel:
      return relabel_chain(database, context, command, reading);
    case PutVerdict::kConverged:
      return converged(command, reading.state);
    case PutVerdict::kChainAbsent:
      return Outcome{OutcomeKind::kAbsent, "ChainID"};
    case PutVerdict::kProjectAbsent:
      return Outcome{OutcomeKind::kAbsent, "ProjectName"};
    case PutVerdict::kForeign:
      return Outcome{OutcomeKind::kForeign, "ChainID"};
    case PutVerdict::kForbidden:
      return Outcome{OutcomeKind::kForbidden, "ProjectName"};
    case PutVerdict::kInactive:
      return Outcome{OutcomeKind::kInactive, "AccountId"};
  }
  LIVECERT_CHECK(false);
}

}  // namespace livecert::store::sqlite
