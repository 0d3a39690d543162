#include "domain/put_version.h"

#include <algorithm>

#include "store/sqlite/chain_rows.h"
#include "store/sqlite/commands.h"
#include "store/sqlite/domain_rows.h"
#include "store/sqlite/queries.h"
#include "store/sqlite/version_rows.h"

namespace livecert::store::sqlite {
namespace {

using domain::PutState;
using domain::PutVerdict;

// What the transaction read: the decision's input and the rows that the writing will refer to.
struct Reading {
  PutState state;
  bool account_exists = false;
  std::int64_t project_row = 0;  // of the project asked for, or `default` on create
  std::optional<ChainRow> target;
};

base::Result<void> read_account(Connection& database, const Context& context,
                                const std::optional<std::string>& wanted_project, Reading& reading) {
  const std::string project = wanted_project.value_or(std::string(domain::kDefaultProject));
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
  TRY_ASSIGN(reading.target, find_chain_row(database, chain));
  if (!reading.target) return {};
  reading.state.target = reading.target->state;
  TRY_ASSIGN(reading.state.bound_domains, bound_domains(database, reading.target->row));
  return {};
}

// The chain that has held equal content the longest: versions' ids grow with time.
base::Result<void> read_claim(Connection& database, const PutVersion& command, Reading& reading) {
  std::int64_t row = 0;
  {
    const base::ByteView digest(command.content.content_digest);
    TRY_ASSIGN(Query query, database.query("SELECT chains.chain_id, chains.current_version, chains.id"
                                           " FROM chains INDEXED BY chains_by_content"
                                           " JOIN versions ON versions.id = chains.current_version"
                                           " WHERE chains.content_key = ? AND chains.project = ?"
                                           " AND versions.content_digest = ?"
                                           " ORDER BY chains.current_version LIMIT 1",
                                           content_key(command.content.not_before, command.content.content_digest),
                                           reading.project_row, digest));
    TRY_ASSIGN(const bool found, query.next());
    if (!found) return {};
    TRY_ASSIGN(const auto chain, query.fixed<16>(0));
    reading.state.claimed_by = PutState::Claim{base::ChainId(chain), base::CertId(query.integer(1))};
    row = query.integer(2);
  }
  TRY_ASSIGN(reading.state.bound_domains, bound_domains(database, row));
  return {};
}

base::Result<Reading> read(Connection& database, const Context& context, const PutVersion& command) {
  Reading reading;
  TRY(read_account(database, context, command.project, reading));
  if (!reading.account_exists) return reading;
  if (command.target) {
    TRY(read_target(database, *command.target, reading));
  } else if (command.converge_duplicates) {
    TRY(read_claim(database, command, reading));
  }
  return reading;
}

base::Result<bool> chain_exists(Connection& database, const base::ChainId& chain) {
  TRY_ASSIGN(Query query, database.query("SELECT id FROM chains WHERE chain_key = ? AND chain_id = ?", chain_key(chain),
                                         chain.bytes()));
  return query.next();
}

// The id among those that the writing would give which is taken; empty: none is.
base::Result<std::string> find_taken_id(Connection& database, const PutVersion& command, PutVerdict verdict) {
  if (verdict == PutVerdict::kInsertChain) {
    TRY_ASSIGN(const bool chain_taken, chain_exists(database, command.chain));
    if (chain_taken) return std::string("ChainID");
  }
  if (verdict == PutVerdict::kInsertChain || verdict == PutVerdict::kInsertVersion) {
    TRY_ASSIGN(const bool version_taken, version_exists(database, command.version));
    if (version_taken) return std::string("CertID");
  }
  return std::string();
}

// Whether the new version would come before one that the chain had earlier (law 14 of store/standing.h).
base::Result<bool> is_out_of_order(Connection& database, const PutVersion& command, const ChainRow& target) {
  TRY_ASSIGN(Query query, database.query("SELECT id FROM versions WHERE chain = ? AND id > ? LIMIT 1", target.row,
                                         command.version.number()));
  return query.next();
}

base::Result<void> insert_chain(Connection& database, const Context& context, const PutVersion& command,
                                const Reading& reading) {
  const domain::VersionContent& content = command.content;
  TRY(database.run(
      "INSERT INTO chains (chain_id_prefix, chain_key, chain_id, account, project, name, created_at,"
      " current_version, content_key, not_before, not_after, representative)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      index_prefix(command.chain.bytes()), chain_key(command.chain), command.chain.bytes(),
      context.caller.account.number(), reading.project_row, command.name.value_or(""), base::to_unix_micros(context.at),
      command.version.number(), content_key(content.not_before, content.content_digest),
      base::to_unix_micros(content.not_before), base::to_unix_micros(content.not_after), command.representative));
  const std::int64_t row = database.last_row();
  TRY(insert_version(database, context, command, row));
  TRY(add_to_block(database, context.caller.account, row));
  TRY(count_expiry(database, std::nullopt, ExpiryDay{reading.project_row, day_of(content.not_after)}));
  return record(database, context, "chain", context.caller.account, command.chain.to_string());
}

// Gives the chain the name and the project that were sent; its validity ends on `day`.
base::Result<void> relabel(Connection& database, const std::optional<std::string>& name,
                           const std::optional<std::string>& project, const Reading& reading, std::int64_t day) {
  const ChainRow& target = *reading.target;
  const ExpiryDay expiry{project ? reading.project_row : target.expiry.project_row, day};
  if (name || project) {
    TRY(database.run("UPDATE chains SET name = ?, project = ? WHERE id = ?", name.value_or(target.state.name),
                     expiry.project_row, target.row));
  }
  return count_expiry(database, target.expiry, expiry);
}

base::Result<void> insert_next_version(Connection& database, const Context& context, const PutVersion& command,
                                       const Reading& reading) {
  const domain::VersionContent& content = command.content;
  TRY(insert_version(database, context, command, reading.target->row));
  TRY(make_current(
      database, *reading.target,
      {command.version, content.content_digest, content.not_before, content.not_after, command.representative}));
  if (!reading.state.bound_domains.empty()) TRY(write_cert_domains(database, reading.target->row, command.dns_names));
  if (reading.target->superseded) TRY(end_superseded(database, reading.target->row));
  TRY(drop_old_versions(database, *reading.target, command.version, command.keep_versions));
  TRY(relabel(database, command.name, command.project, reading, day_of(content.not_after)));
  return record(database, context, "chain", context.caller.account, command.target->to_string());
}

base::Result<void> relabel_chain(Connection& database, const Context& context, const base::ChainId& chain,
                                 const std::optional<std::string>& name, const std::optional<std::string>& project,
                                 const Reading& reading) {
  TRY(relabel(database, name, project, reading, reading.target->expiry.day));
  return record(database, context, "chain", context.caller.account, chain.to_string());
}

// What a verdict means for the asker. Of those that write: what will be answered once it is written.
Outcome to_outcome(PutVerdict verdict, const PutState& state, const std::optional<std::string>& project) {
  switch (verdict) {
    case PutVerdict::kInsertChain:
    case PutVerdict::kInsertVersion:
    case PutVerdict::kRelabel:
      return {OutcomeKind::kDone};
    case PutVerdict::kConverged:
      return {OutcomeKind::kConverged};
    case PutVerdict::kChainAbsent:
      return {OutcomeKind::kAbsent, "ChainID"};
    case PutVerdict::kProjectAbsent:
      return {OutcomeKind::kAbsent, "ProjectName", {}, {}, {}, project.value_or(std::string(domain::kDefaultProject))};
    case PutVerdict::kForeign:
      return {OutcomeKind::kForeign, "ChainID"};
    case PutVerdict::kForbidden:
      return {OutcomeKind::kForbidden, "ProjectName"};
    case PutVerdict::kInactive:
      return {OutcomeKind::kInactive, "AccountId"};
    case PutVerdict::kUncovered:
      return {OutcomeKind::kUncovered};
    case PutVerdict::kNotYetValid:
      return {OutcomeKind::kNotYetValid, "", {}, {}, state.bound_domains};
  }
  LIVECERT_CHECK(false);
}

struct Decision {
  Reading reading;
  PutVerdict verdict = PutVerdict::kInactive;
  Outcome outcome;  // kDone: once it has been written
};

// The chain and version that hold the content when the verdict has been carried out, and what is bound to it.
void name_holder(const PutVersion& command, const PutState& state, PutVerdict verdict, Outcome& outcome) {
  const bool is_new_version = verdict == PutVerdict::kInsertChain || verdict == PutVerdict::kInsertVersion;
  outcome.chain = command.chain;
  outcome.version = command.version;
  if (command.target) {
    outcome.chain = *command.target;
    if (!is_new_version) outcome.version = state.target->current;
  } else if (!is_new_version) {
    outcome.chain = state.claimed_by->chain;
    outcome.version = state.claimed_by->current;
  }
  if (verdict != PutVerdict::kInsertChain && !state.bound_domains.empty()) {
    outcome.domains = {state.bound_domains.front()};
  }
}

base::Result<Decision> decide(Connection& database, const Context& context, const PutVersion& command) {
  Decision decision;
  TRY_ASSIGN(decision.reading, read(database, context, command));
  if (!decision.reading.account_exists) {
    decision.outcome = {OutcomeKind::kAbsent, "AccountId"};
    return decision;
  }
  PutState& state = decision.reading.state;
  decision.verdict = domain::decide(context.caller, command, state, context.at);
  TRY_ASSIGN(const std::string taken, find_taken_id(database, command, decision.verdict));
  if (!taken.empty()) {
    decision.outcome = {OutcomeKind::kExists, taken};
    return decision;
  }
  if (decision.verdict == PutVerdict::kInsertVersion) {
    TRY_ASSIGN(const bool too_late, is_out_of_order(database, command, *decision.reading.target));
    if (too_late) {
      decision.outcome = {OutcomeKind::kConflict, "a later version of the chain was committed before"};
      return decision;
    }
  }
  decision.outcome = to_outcome(decision.verdict, state, command.project);
  if (decision.outcome.kind == OutcomeKind::kDone || decision.outcome.kind == OutcomeKind::kConverged) {
    name_holder(command, state, decision.verdict, decision.outcome);
  }
  if (decision.verdict == PutVerdict::kUncovered) {
    decision.outcome.domains = domain::uncovered(command.dns_names, state.bound_domains);
  }
  return decision;
}

}  // namespace

base::Result<Outcome> apply_one(Connection& database, const Context& context, const PutVersion& command) {
  TRY_ASSIGN(Decision decision, decide(database, context, command));
  if (decision.outcome.kind != OutcomeKind::kDone) return std::move(decision.outcome);
  if (decision.verdict == PutVerdict::kRelabel) {
    TRY(relabel_chain(database, context, *command.target, command.name, command.project, decision.reading));
    return std::move(decision.outcome);
  }
  TRY(decision.verdict == PutVerdict::kInsertChain ? insert_chain(database, context, command, decision.reading)
                                                   : insert_next_version(database, context, command, decision.reading));
  return std::move(decision.outcome);
}

base::Result<Outcome> preview(Connection& database, const Context& context, const PutVersion& command) {
  TRY_ASSIGN(Decision decision, decide(database, context, command));
  return std::move(decision.outcome);
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const RelabelChain& command) {
  Reading reading;
  TRY(read_account(database, context, command.project, reading));
  if (!reading.account_exists) return Outcome{OutcomeKind::kAbsent, "AccountId"};
  TRY(read_target(database, command.chain, reading));
  const PutVerdict verdict = domain::decide(context.caller, command, reading.state);
  if (verdict == PutVerdict::kRelabel) {
    TRY(relabel_chain(database, context, command.chain, command.name, command.project, reading));
  }
  Outcome outcome = to_outcome(verdict, reading.state, command.project);
  if (reading.target) outcome.version = reading.target->state.current;
  outcome.chain = command.chain;
  return outcome;
}

}  // namespace livecert::store::sqlite
