#include "domain/put_version.h"

#include <utility>

#include "store/commands/each.h"
#include "store/commands/outcomes.h"

namespace livecert::store::commands {
namespace {

using domain::ChangeKind;
using domain::Position;
using domain::PutEffect;
using domain::PutState;

// The rows that the transaction read: the decision's input, and the rows that the writes refer to.
struct PutReading {
  PutState state;
  ProjectKey project{};  // of the project asked for, or `default` on create
  std::optional<ChainRow> target;
};

base::Result<void> read_account(Rows& rows, const Context& context, const std::optional<std::string>& wanted_project,
                                PutReading& reading) {
  const std::string project = wanted_project.value_or(std::string(domain::kDefaultProject));
  TRY_ASSIGN(const auto owner, rows.find_owner(context.caller.account, project));
  reading.state.account_status = owner ? std::optional(owner->status) : std::nullopt;
  reading.state.project_exists = owner && owner->project;
  if (reading.state.project_exists) reading.project = *owner->project;
  return {};
}

base::Result<void> read_target(Rows& rows, const base::ChainId& chain, PutReading& reading) {
  TRY_ASSIGN(reading.target, rows.find_chain(chain));
  if (!reading.target) return {};
  reading.state.target = reading.target->state;
  TRY_ASSIGN(reading.state.bound_domains, rows.bound_domains(reading.target->state.made_at));
  return {};
}

base::Result<void> read_claim(Rows& rows, const PutVersion& command, PutReading& reading) {
  TRY_ASSIGN(const auto found, rows.find_claim(reading.project, command.content));
  if (!found) return {};
  reading.state.claimed_by = found->claim;
  TRY_ASSIGN(reading.state.bound_domains, rows.bound_domains(found->made_at));
  return {};
}

// Looks up the new ids, unless it is known already that they will not be used.
base::Result<void> read_ids(Rows& rows, const PutVersion& command, PutReading& reading) {
  PutState& state = reading.state;
  if (state.claimed_by) return {};
  if (state.target && state.target->content_digest == command.content.content_digest) return {};
  if (!command.target) {
    TRY_ASSIGN(state.is_chain_taken, rows.is_chain_taken(command.chain));
  } else if (state.target) {
    TRY_ASSIGN(state.versions, rows.versions_of(state.target->made_at));
  }
  TRY_ASSIGN(state.is_version_taken, rows.is_version_taken(command.version));
  return {};
}

base::Result<PutReading> read(Rows& rows, const Context& context, const PutVersion& command) {
  PutReading reading;
  TRY(read_account(rows, context, command.project, reading));
  if (!reading.state.account_status) return reading;
  if (command.target) {
    TRY(read_target(rows, *command.target, reading));
  } else if (command.converge_duplicates && reading.state.project_exists) {
    TRY(read_claim(rows, command, reading));
  }
  TRY(read_ids(rows, command, reading));
  return reading;
}

ChainChange relabelling(const std::optional<std::string>& name, const std::optional<std::string>& project,
                        const PutReading& reading) {
  return {.name = name, .project = project ? std::optional(reading.project) : std::nullopt};
}

base::Result<void> insert_next_version(Rows& rows, const Context& context, const PutVersion& command,
                                       const PutReading& reading) {
  const domain::VersionContent& content = command.content;
  const ChainRow& target = *reading.target;
  const Position chain = target.state.made_at;
  TRY(rows.insert_version(context, command, chain));
  ChainChange change = relabelling(command.name, command.project, reading);
  change.version = CurrentVersion{command.version, content.content_digest, content.not_before, content.not_after,
                                  command.representative};
  TRY(rows.update_chain(target, change));
  if (target.is_superseded) TRY(rows.end_superseded(chain));
  if (!reading.state.bound_domains.empty()) TRY(rows.put_covering_names(chain, command.dns_names));
  if (!command.keep_versions) return {};
  return rows.delete_versions(
      domain::versions_to_drop(reading.state.versions, command.version, *command.keep_versions));
}

base::Result<void> write(Rows& rows, const Context& context, const PutVersion& command, const PutReading& reading,
                         PutEffect effect) {
  switch (effect) {
    case PutEffect::kInsertChain:
      TRY(rows.insert_chain(context, command, reading.project));
      break;
    case PutEffect::kInsertVersion:
      TRY(insert_next_version(rows, context, command, reading));
      break;
    case PutEffect::kRelabel:
      TRY(rows.update_chain(*reading.target, relabelling(command.name, command.project, reading)));
      break;
    case PutEffect::kNothing:
      return {};
  }
  return rows.append(context, ChangeKind::kChain, context.caller.account,
                     command.target.value_or(command.chain).to_string());
}

Outcome to_outcome(const PutVersion& command, const PutState& state, PutEffect effect) {
  const domain::Holder holder = domain::holder_after(command, state, effect);
  Outcome outcome{effect == PutEffect::kNothing ? OutcomeKind::kConverged : OutcomeKind::kDone};
  outcome.chain = holder.chain;
  outcome.version = holder.version;
  outcome.domain = holder.domain;
  return outcome;
}

}  // namespace

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const PutVersion& command) {
  TRY_ASSIGN(const PutReading reading, read(rows, context, command));
  auto decision = domain::decide(context.caller, command, reading.state, context.at);
  if (auto* refusal = std::get_if<domain::Refusal>(&decision)) return refused(std::move(*refusal));
  const PutEffect effect = std::get<PutEffect>(decision);
  TRY(write(rows, context, command, reading, effect));
  return to_outcome(command, reading.state, effect);
}

base::Result<Outcome> preview(Rows& rows, const Context& context, const PutVersion& command) {
  TRY_ASSIGN(const PutReading reading, read(rows, context, command));
  auto decision = domain::decide(context.caller, command, reading.state, context.at);
  if (auto* refusal = std::get_if<domain::Refusal>(&decision)) return refused(std::move(*refusal));
  return to_outcome(command, reading.state, std::get<PutEffect>(decision));
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const RelabelChain& command) {
  PutReading reading;
  TRY(read_account(rows, context, command.project, reading));
  TRY(read_target(rows, command.chain, reading));
  TRY_ASSIGN(Outcome outcome,
             carry_out(domain::decide(context.caller, command, reading.state), [&]() -> base::Result<void> {
               TRY(rows.update_chain(*reading.target, relabelling(command.name, command.project, reading)));
               return rows.append(context, ChangeKind::kChain, context.caller.account, command.chain.to_string());
             }));
  if (reading.target) outcome.version = reading.target->state.current;
  outcome.chain = command.chain;
  return outcome;
}

}  // namespace livecert::store::commands
