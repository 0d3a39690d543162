#include <array>
#include <utility>

#include "store/sqlite/chain_rows.h"
#include "store/sqlite/commands.h"
#include "store/sqlite/domain_rows.h"

namespace livecert::store::sqlite {
namespace {

using domain::AccountStatus;
using domain::DeleteVerdict;
using domain::RollbackVerdict;

Outcome to_outcome(RollbackVerdict verdict, const Rollback& command, const domain::RollbackState& state) {
  switch (verdict) {
    case RollbackVerdict::kMakeCurrent:
      return {OutcomeKind::kDone, "", command.chain, command.version};
    case RollbackVerdict::kConverged:
      return {OutcomeKind::kConverged, "", command.chain, command.version};
    case RollbackVerdict::kChainAbsent:
      return {OutcomeKind::kAbsent, "ChainID"};
    case RollbackVerdict::kVersionAbsent:
      return {OutcomeKind::kAbsent, "CertID"};
    case RollbackVerdict::kForeign:
      return {OutcomeKind::kForeign, "ChainID"};
    case RollbackVerdict::kForbidden:
      return {OutcomeKind::kForbidden, "ProjectName"};
    case RollbackVerdict::kInactive:
      return {OutcomeKind::kInactive, "AccountId"};
    case RollbackVerdict::kUncovered:
      return {OutcomeKind::kUncovered, "", {}, {}, domain::uncovered(command.dns_names, state.bound_domains)};
    case RollbackVerdict::kNotYetValid:
      return {OutcomeKind::kNotYetValid, "", {}, {}, state.bound_domains};
    case RollbackVerdict::kExpired:
      return {OutcomeKind::kExpired, "", {}, {}, state.bound_domains};
  }
  LIVECERT_CHECK(false);
}

Outcome to_outcome(DeleteVerdict verdict, const DeleteChain& command, const domain::DeleteState& state) {
  switch (verdict) {
    case DeleteVerdict::kDelete:
      return {OutcomeKind::kDone, "", command.chain};
    case DeleteVerdict::kChainAbsent:
      return {OutcomeKind::kAbsent, "ChainID"};
    case DeleteVerdict::kForeign:
      return {OutcomeKind::kForeign, "ChainID"};
    case DeleteVerdict::kForbidden:
      return {OutcomeKind::kForbidden, "ProjectName"};
    case DeleteVerdict::kInactive:
      return {OutcomeKind::kInactive, "AccountId"};
    case DeleteVerdict::kBound:
      return {OutcomeKind::kBound, "", {}, {}, state.bound_domains};
    case DeleteVerdict::kKept:
      return {OutcomeKind::kKept};
  }
  LIVECERT_CHECK(false);
}

// The chain's version of that id, with what the chain repeats of its current version.
base::Result<std::optional<CurrentVersion>> find_version_of(Connection& database, std::int64_t chain_row,
                                                            base::CertId version) {
  TRY_ASSIGN(Query query,
             database.query("SELECT content_digest, not_before, not_after FROM versions WHERE id = ? AND chain = ?",
                            version.number(), chain_row));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<CurrentVersion>();
  CurrentVersion current;
  current.id = version;
  TRY_ASSIGN(current.content_digest, query.fixed<32>(0));
  current.not_before = base::from_unix_micros(query.integer(1));
  current.not_after = base::from_unix_micros(query.integer(2));
  return std::optional(current);
}

}  // namespace

base::Result<Outcome> apply_one(Connection& database, const Context& context, const Rollback& command) {
  domain::RollbackState state;
  TRY_ASSIGN(const auto status, find_account_status(database, context.caller.account));
  state.account_status = status.value_or(AccountStatus::kSuspended);
  TRY_ASSIGN(const auto chain, find_chain_row(database, command.chain));
  std::optional<CurrentVersion> version;
  if (chain) {
    state.chain = chain->state;
    TRY_ASSIGN(state.bound_domains, bound_domains(database, chain->row));
    TRY_ASSIGN(version, find_version_of(database, chain->row, command.version));
    if (version) state.version = {version->not_before, version->not_after};
  }
  const RollbackVerdict verdict = domain::decide(context.caller, command, state, context.at);
  if (verdict == RollbackVerdict::kMakeCurrent) {
    version->representative = command.representative;
    TRY(make_current(database, *chain, *version));
    if (!state.bound_domains.empty()) TRY(write_cert_domains(database, chain->row, command.dns_names));
    for (const std::string& domain : state.bound_domains) TRY(begin_receipts_anew(database, domain, command.version));
    TRY(count_expiry(database, chain->expiry, ExpiryDay{chain->expiry.project_row, day_of(version->not_after)}));
    TRY(record(database, context, "chain", context.caller.account, command.chain.to_string()));
  }
  return to_outcome(verdict, command, state);
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const DeleteChain& command) {
  domain::DeleteState state;
  TRY_ASSIGN(const auto status, find_account_status(database, context.caller.account));
  state.account_status = status.value_or(AccountStatus::kSuspended);
  TRY_ASSIGN(const auto chain, find_chain_row(database, command.chain));
  if (chain) {
    state.chain = chain->state;
    state.superseded = chain->superseded;
    TRY_ASSIGN(state.bound_domains, bound_domains(database, chain->row));
  }
  const DeleteVerdict verdict = domain::decide(context.caller, command, state);
  if (verdict == DeleteVerdict::kDelete) {
    TRY(database.run("DELETE FROM versions WHERE chain = ?", chain->row));
    TRY(database.run("DELETE FROM chains WHERE id = ?", chain->row));
    TRY(take_from_block(database, chain->state.account, chain->row));
    TRY(count_expiry(database, chain->expiry, std::nullopt));
    TRY(record(database, context, "chain", context.caller.account, command.chain.to_string()));
  }
  return to_outcome(verdict, command, state);
}

}  // namespace livecert::store::sqlite
