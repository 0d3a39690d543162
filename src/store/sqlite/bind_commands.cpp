#include "store/sqlite/bind_commands.h"

#include <utility>

namespace livecert::store::sqlite {
namespace {

using domain::AccountStatus;
using domain::BindVerdict;

Outcome to_outcome(BindVerdict verdict, const Bind& command) {
  switch (verdict) {
    case BindVerdict::kBind:
    case BindVerdict::kRegisterAndBind:
      return {OutcomeKind::kDone, "", command.chain, command.judged};
    case BindVerdict::kConverged:
      return {OutcomeKind::kConverged, "", command.chain, command.judged};
    case BindVerdict::kChainAbsent:
      return {OutcomeKind::kAbsent, "ChainID"};
    case BindVerdict::kDomainAbsent:
      return {OutcomeKind::kAbsent, "Domain", {}, {}, {command.domain}};
    case BindVerdict::kForeignChain:
      return {OutcomeKind::kForeign, "ChainID"};
    case BindVerdict::kForeignDomain:
      return {OutcomeKind::kForeign, "Domain", {}, {}, {command.domain}};
    case BindVerdict::kForbidden:
      return {OutcomeKind::kForbidden, "ProjectName"};
    case BindVerdict::kInactive:
      return {OutcomeKind::kInactive, "AccountId"};
    case BindVerdict::kStale:
      return {OutcomeKind::kStale};
    case BindVerdict::kUncovered:
      return {OutcomeKind::kUncovered, "", {}, {}, {command.domain}};
    case BindVerdict::kNotYetValid:
      return {OutcomeKind::kNotYetValid, "", {}, {}, {command.domain}};
    case BindVerdict::kExpired:
      return {OutcomeKind::kExpired, "", {}, {}, {command.domain}};
  }
  LIVECERT_CHECK(false);
}

// A domain that nobody made, for the chain's project.
domain::LiveDomain registered(const Context& context, const Bind& command, const ChainRow& chain) {
  domain::LiveDomain made;
  made.name = command.domain;
  made.account = chain.state.account;
  made.project = chain.state.project;
  made.vhost = domain::default_vhost(command.domain);
  made.type = domain::kDefaultDomainType;
  made.region = domain::kDefaultRegion;
  made.created_at = context.at;
  return made;
}

}  // namespace

base::Result<BindDecision> decide_bind(Connection& database, const Context& context, const Bind& command,
                                       const std::optional<domain::LiveDomain>& made) {
  domain::BindState state;
  TRY_ASSIGN(const auto status, find_account_status(database, context.caller.account));
  state.account_status = status.value_or(AccountStatus::kSuspended);
  BindDecision decision;
  TRY_ASSIGN(decision.chain, find_chain_row(database, command.chain));
  TRY_ASSIGN(decision.domain, find_domain_row(database, command.domain));
  if (decision.chain) state.chain = decision.chain->state;
  if (decision.domain) {
    state.domain = decision.domain->domain;
    state.binding = decision.domain->binding;
  } else {
    state.domain = made;
  }
  decision.verdict = domain::decide(context.caller, command, state, context.at);
  decision.outcome = to_outcome(decision.verdict, command);
  return decision;
}

base::Result<void> write_bind(Connection& database, const Context& context, const Bind& command,
                              const BindDecision& decision, std::int64_t domain_row) {
  const std::int64_t before = decision.domain ? decision.domain->chain_row : 0;
  TRY(write_binding(database, context, domain_row, decision.chain->row, command.tls,
                    domain::covering_name(command.dns_names, command.domain)));
  TRY(begin_receipts_anew(database, command.domain, decision.chain->state.current));
  if (before == 0 || before == decision.chain->row) return {};
  return release_chain(database, context, before, Successor{decision.chain->row, command.chain});
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const Bind& command) {
  TRY_ASSIGN(BindDecision decision, decide_bind(database, context, command, std::nullopt));
  if (decision.outcome.kind != OutcomeKind::kDone) return std::move(decision.outcome);
  std::int64_t row = decision.domain ? decision.domain->row : 0;
  if (decision.verdict == BindVerdict::kRegisterAndBind) {
    const domain::LiveDomain made = registered(context, command, *decision.chain);
    TRY_ASSIGN(const std::size_t in_vhost, count_vhost(database, made.account, made.vhost));
    if (in_vhost >= domain::kMaxDomainsOfVhost) return Outcome{OutcomeKind::kFull, made.vhost};
    TRY_ASSIGN(row, insert_domain(database, made, decision.chain->expiry.project_row));
  }
  TRY(write_bind(database, context, command, decision, row));
  TRY(record(database, context, "domain", context.caller.account, command.domain));
  return std::move(decision.outcome);
}

}  // namespace livecert::store::sqlite
