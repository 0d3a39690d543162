#include <utility>

#include "store/commands/each.h"
#include "store/commands/outcomes.h"

namespace livecert::store::commands {

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const Rollback& command) {
  domain::RollbackState state;
  TRY_ASSIGN(state.account_status, rows.account_status(context.caller.account));
  TRY_ASSIGN(const auto chain, rows.find_chain(command.chain));
  std::optional<CurrentVersion> version;
  if (chain) {
    state.chain = chain->state;
    TRY_ASSIGN(state.bound_domains, rows.bound_domains(chain->state.made_at));
    TRY_ASSIGN(version, rows.find_version(chain->state.made_at, command.version));
    if (version) state.version = {version->not_before, version->not_after};
  }
  const auto write = [&]() -> base::Result<void> {
    version->representative = command.representative;
    TRY(rows.update_chain(*chain, {.version = version}));
    if (!state.bound_domains.empty()) TRY(rows.put_covering_names(chain->state.made_at, command.dns_names));
    // Law 11.
    for (const domain::DomainName& domain : state.bound_domains) TRY(rows.reset_receipts(domain, command.version));
    return rows.append(context, domain::ChangeKind::kChain, context.caller.account, command.chain.to_string());
  };
  TRY_ASSIGN(Outcome outcome, carry_out(domain::decide(context.caller, command, state, context.at), write));
  outcome.chain = command.chain;
  outcome.version = command.version;
  return outcome;
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteChain& command) {
  domain::DeleteState state;
  TRY_ASSIGN(state.account_status, rows.account_status(context.caller.account));
  TRY_ASSIGN(const auto chain, rows.find_chain(command.chain));
  if (chain) {
    state.chain = chain->state;
    state.superseded = chain->is_superseded;
    TRY_ASSIGN(state.bound_domains, rows.bound_domains(chain->state.made_at));
  }
  const auto write = [&]() -> base::Result<void> {
    TRY(rows.delete_chain(*chain));
    return rows.append(context, domain::ChangeKind::kChain, context.caller.account, command.chain.to_string());
  };
  TRY_ASSIGN(Outcome outcome, carry_out(domain::decide(context.caller, command, state), write));
  outcome.chain = command.chain;
  return outcome;
}

}  // namespace livecert::store::commands
