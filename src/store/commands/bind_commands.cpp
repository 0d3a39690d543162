#include "store/commands/bind_commands.h"

#include <utility>

#include "store/commands/outcomes.h"

namespace livecert::store::commands {
namespace {

using domain::BindEffect;
using domain::ChangeKind;
using domain::Position;

struct BindReading {
  domain::BindState state;
  std::optional<ChainRow> chain;
  std::optional<DomainRow> domain;
};

base::Result<BindReading> read(Rows& rows, const Context& context, const Bind& command) {
  BindReading reading;
  domain::BindState& state = reading.state;
  TRY_ASSIGN(state.account_status, rows.account_status(context.caller.account));
  TRY_ASSIGN(reading.chain, rows.find_chain(command.chain));
  if (reading.chain) state.chain = reading.chain->state;
  TRY_ASSIGN(reading.domain, rows.find_domain(command.domain));
  if (reading.domain) {
    state.domain = reading.domain->domain;
    state.binding = reading.domain->binding;
  } else if (command.register_domain && state.chain) {
    TRY_ASSIGN(state.in_vhost, rows.count_vhost(state.chain->account, domain::default_vhost(command.domain)));
  }
  return reading;
}

base::Result<DomainKey> find_or_make(Rows& rows, const Context& context, const Bind& command,
                                     const BindReading& reading) {
  if (reading.domain) return reading.domain->key;
  return rows.insert_domain(domain::registered_domain(command.domain, *reading.state.chain, context.at),
                            reading.chain->project);
}

base::Result<void> write(Rows& rows, const Context& context, const Bind& command, const BindReading& reading) {
  TRY_ASSIGN(const DomainKey domain, find_or_make(rows, context, command, reading));
  const Position former = reading.domain ? reading.domain->chain : 0;
  TRY(write_bind(rows, context, command, *reading.state.chain, domain, former));
  return rows.append(context, ChangeKind::kDomain, context.caller.account, command.domain);
}

}  // namespace

base::Result<void> write_bind(Rows& rows, const Context& context, const Bind& command, const domain::ChainState& chain,
                              DomainKey domain, Position former) {
  TRY_ASSIGN(const auto last, rows.last_bound_at(chain.made_at));
  TRY(rows.put_binding(
      domain, {chain.made_at, command.tls, domain::next_bound_at(context.at, last), context.caller.access_key_id,
               context.peer_address, domain::covering_name(command.dns_names, command.domain)}));
  TRY(rows.end_superseded(chain.made_at));
  TRY(rows.reset_receipts(command.domain, chain.current));
  if (former == 0 || !domain::supersedes(chain.made_at, former)) return {};
  TRY_ASSIGN(const bool is_bound, rows.is_bound(former));
  if (is_bound) return {};
  return rows.supersede(former, command.chain, context.at);
}

base::Result<Outcome> preview(Rows& rows, const Context& context, const Bind& command) {
  TRY_ASSIGN(const BindReading reading, read(rows, context, command));
  auto decision = domain::decide(context.caller, command, reading.state, context.at);
  if (auto* refusal = std::get_if<domain::Refusal>(&decision)) return refused(std::move(*refusal));
  const bool writes = std::get<BindEffect>(decision) != BindEffect::kNothing;
  return Outcome{.kind = writes ? OutcomeKind::kDone : OutcomeKind::kConverged, .chain = command.chain};
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const BindDomains& command) {
  std::vector<BindReading> readings;
  std::vector<domain::BindState> states;
  Bind bind = command.bind;
  for (const domain::DomainName& domain : command.domains) {
    TRY_ASSIGN(readings.emplace_back(), read(rows, context, BindDomains::of(bind, domain)));
    states.push_back(readings.back().state);
  }
  auto decision = domain::decide(context.caller, command, std::move(states), context.at);
  if (auto* refusal = std::get_if<domain::Refusal>(&decision)) return refused(std::move(*refusal));
  const auto& effects = std::get<std::vector<BindEffect>>(decision);
  bool writes = false;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    if (effects[i] == BindEffect::kNothing) continue;
    TRY(write(rows, context, BindDomains::of(bind, command.domains[i]), readings[i]));
    writes = true;
  }
  return Outcome{writes ? OutcomeKind::kDone : OutcomeKind::kConverged};
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const Bind& command) {
  TRY_ASSIGN(const BindReading reading, read(rows, context, command));
  auto decision = domain::decide(context.caller, command, reading.state, context.at);
  if (auto* refusal = std::get_if<domain::Refusal>(&decision)) return refused(std::move(*refusal));
  const bool writes = std::get<BindEffect>(decision) != BindEffect::kNothing;
  if (writes) TRY(write(rows, context, command, reading));
  return Outcome{
      .kind = writes ? OutcomeKind::kDone : OutcomeKind::kConverged, .chain = command.chain, .version = command.judged};
}

}  // namespace livecert::store::commands
