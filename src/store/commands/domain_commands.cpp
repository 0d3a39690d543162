#include <algorithm>
#include <utility>

#include "store/commands/bind_commands.h"
#include "store/commands/outcomes.h"

namespace livecert::store::commands {
namespace {

using domain::ChangeKind;
using domain::DomainState;
using domain::NewDomainEffect;
using domain::Position;

struct Found {
  DomainState state;
  std::optional<DomainRow> row;
};

base::Result<Found> find(Rows& rows, const Context& context, const domain::DomainName& name) {
  Found found;
  TRY_ASSIGN(found.state.account_status, rows.account_status(context.caller.account));
  TRY_ASSIGN(found.row, rows.find_domain(name));
  if (!found.row) return found;
  found.state.domain = found.row->domain;
  found.state.is_bound = found.row->binding.has_value();
  return found;
}

// The rows that the writing of one new domain will refer to.
struct NewRows {
  ProjectKey project{};
  std::optional<DomainRow> domain;
};

base::Result<NewRows> read_new(Rows& rows, const CreateDomains::New& wanted, domain::CreateDomainsState::Each& state) {
  NewRows found;
  TRY_ASSIGN(const auto project, rows.find_project(wanted.domain.account, wanted.domain.project));
  state.project_exists = project.has_value();
  if (project) found.project = *project;
  TRY_ASSIGN(found.domain, rows.find_domain(wanted.domain.name));
  if (found.domain) {
    state.domain = found.domain->domain;
    state.binding = found.domain->binding;
  }
  if (!wanted.bind) return found;
  TRY_ASSIGN(const auto chain, rows.find_chain(wanted.bind->chain));
  if (chain) state.chain = chain->state;
  return found;
}

base::Result<void> write_new(Rows& rows, const Context& context, const CreateDomains::New& wanted,
                             const NewDomainEffect& effect, const NewRows& found,
                             const std::optional<domain::ChainState>& chain) {
  if (!effect.insert && !effect.bind) return {};
  DomainKey key{};
  if (effect.insert) {
    TRY_ASSIGN(key, rows.insert_domain(wanted.domain, found.project));
  } else {
    key = found.domain->key;
  }
  const Position former = found.domain ? found.domain->chain : 0;
  if (effect.bind) TRY(write_bind(rows, context, *wanted.bind, *chain, key, former));
  return rows.append(context, ChangeKind::kDomain, wanted.domain.account, wanted.domain.name);
}

}  // namespace

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const CreateDomains& command) {
  domain::CreateDomainsState state;
  TRY_ASSIGN(state.account_status, rows.account_status(context.caller.account));
  state.domains.resize(command.domains.size());
  std::vector<NewRows> found;
  found.reserve(command.domains.size());
  for (std::size_t i = 0; i < command.domains.size(); ++i) {
    TRY_ASSIGN(found.emplace_back(), read_new(rows, command.domains[i], state.domains[i]));
    const domain::LiveDomain& made = command.domains[i].domain;
    if (state.domains[i].domain || state.in_vhost.contains(made.vhost)) continue;
    TRY_ASSIGN(state.in_vhost[made.vhost], rows.count_vhost(made.account, made.vhost));
  }
  auto decision = domain::decide(context.caller, command, state, context.at);
  if (auto* refusal = std::get_if<domain::Refusal>(&decision)) return refused(std::move(*refusal));
  const auto& effects = std::get<std::vector<NewDomainEffect>>(decision);
  for (std::size_t i = 0; i < effects.size(); ++i) {
    TRY(write_new(rows, context, command.domains[i], effects[i], found[i], state.domains[i].chain));
  }
  const bool wrote = std::ranges::any_of(effects, [](const auto& effect) { return effect.insert || effect.bind; });
  return Outcome{wrote ? OutcomeKind::kDone : OutcomeKind::kConverged};
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteDomain& command) {
  TRY_ASSIGN(const Found found, find(rows, context, command.domain));
  return carry_out(domain::decide(context.caller, command, found.state), [&]() -> base::Result<void> {
    TRY(rows.delete_domain(found.row->key));
    return rows.append(context, ChangeKind::kDomain, context.caller.account, command.domain);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const SetDomainStatus& command) {
  TRY_ASSIGN(const Found found, find(rows, context, command.domain));
  return carry_out(domain::decide(context.caller, command, found.state), [&]() -> base::Result<void> {
    TRY(rows.set_domain_status(found.row->key, command.status));
    return rows.append(context, ChangeKind::kDomain, context.caller.account, command.domain);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const SetDomainVhost& command) {
  TRY_ASSIGN(const Found found, find(rows, context, command.domain));
  domain::VhostState state{found.state, std::nullopt, 0};
  if (command.vhost_of) {
    TRY_ASSIGN(const auto other, rows.find_domain(*command.vhost_of));
    if (other) state.other = other->domain;
  }
  const std::string vhost = domain::wanted_vhost(command, state.other);
  TRY_ASSIGN(state.in_vhost, rows.count_vhost(context.caller.account, vhost));
  return carry_out(domain::decide(context.caller, command, state), [&]() -> base::Result<void> {
    TRY(rows.set_domain_vhost(found.row->key, vhost));
    return rows.append(context, ChangeKind::kDomain, context.caller.account, command.domain);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const Unbind& command) {
  TRY_ASSIGN(const Found found, find(rows, context, command.domain));
  return carry_out(domain::decide(context.caller, command, found.state), [&]() -> base::Result<void> {
    TRY(rows.clear_binding(found.row->key));
    return rows.append(context, ChangeKind::kDomain, context.caller.account, command.domain);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const MoveDomain& command) {
  domain::MoveState state;
  TRY_ASSIGN(state.account_status, rows.account_status(context.caller.account));
  TRY_ASSIGN(const auto found, rows.find_domain(command.domain));
  TRY_ASSIGN(const auto project, rows.find_project(command.account, domain::kDefaultProject));
  state.account_exists = project.has_value();
  if (found) {
    state.domain = found->domain;
    TRY_ASSIGN(state.in_vhost, rows.count_vhost(command.account, found->domain.vhost));
  }
  return carry_out(domain::decide(command, state), [&]() -> base::Result<void> {
    TRY(rows.clear_binding(found->key));
    TRY(rows.move_domain(found->key, command.account, *project));
    return rows.append(context, ChangeKind::kDomain, command.account, command.domain);
  });
}

}  // namespace livecert::store::commands
