#include <algorithm>
#include <map>
#include <utility>

#include "store/sqlite/bind_commands.h"

namespace livecert::store::sqlite {
namespace {

using domain::AccountStatus;
using domain::BindVerdict;
using domain::DomainVerdict;

// A domain that the caller may change, or why not.
struct Changeable {
  std::optional<DomainRow> row;
  Outcome refusal;
};

base::Result<Changeable> find_changeable(Connection& database, const Context& context, const std::string& name) {
  Changeable found;
  TRY_ASSIGN(const auto status, find_account_status(database, context.caller.account));
  TRY_ASSIGN(found.row, find_domain_row(database, name));
  const auto domain = found.row ? std::optional(found.row->domain) : std::nullopt;
  switch (domain::decide_change(context.caller, status.value_or(AccountStatus::kSuspended), domain)) {
    case DomainVerdict::kAllowed:
      return found;
    case DomainVerdict::kAbsent:
      found.refusal = {OutcomeKind::kAbsent, "Domain", {}, {}, {name}};
      break;
    case DomainVerdict::kForeign:
      found.refusal = {OutcomeKind::kForeign, "Domain", {}, {}, {name}};
      break;
    case DomainVerdict::kForbidden:
      found.refusal = {OutcomeKind::kForbidden, "ProjectName", {}, {}, {name}};
      break;
    case DomainVerdict::kInactive:
      found.refusal = {OutcomeKind::kInactive, "AccountId"};
      break;
  }
  found.row.reset();
  return found;
}

base::Result<Outcome> recorded(Connection& database, const Context& context, base::AccountId owner,
                               const std::string& name) {
  TRY(record(database, context, "domain", owner, name));
  return Outcome{OutcomeKind::kDone};
}

// What is to be written for one domain of CreateDomains.
struct Plan {
  std::int64_t project_row = 0;
  bool insert = false;
  std::optional<BindDecision> bind;  // that has to be written
};

bool is_same(const domain::LiveDomain& a, const domain::LiveDomain& b) {
  return a.account == b.account && a.project == b.project && a.vhost == b.vhost && a.type == b.type &&
         a.region == b.region;
}

// Decides one domain of CreateDomains; an Outcome other than kDone is the whole command's.
base::Result<Outcome> decide_new(Connection& database, const Context& context, const CreateDomains::New& wanted,
                                 Plan& plan) {
  const domain::LiveDomain& domain = wanted.domain;
  if (!context.caller.may_use_project(domain.project)) return Outcome{OutcomeKind::kForbidden, "ProjectName"};
  TRY_ASSIGN(plan.project_row, find_project_row(database, domain.account, domain.project));
  if (plan.project_row == 0) return Outcome{OutcomeKind::kAbsent, "ProjectName", {}, {}, {}, domain.project};
  TRY_ASSIGN(const auto present, find_domain_row(database, domain.name));
  plan.insert = !present;
  if (present && !is_same(present->domain, domain)) {
    const bool foreign = present->domain.account != domain.account;
    return Outcome{foreign ? OutcomeKind::kForeign : OutcomeKind::kExists, "Domain", {}, {}, {domain.name}};
  }
  if (!wanted.bind) return Outcome{OutcomeKind::kDone};
  // The same command again must not undo what was switched since.
  const bool has_chain = present && present->binding && present->binding->chain == wanted.bind->chain;
  if (has_chain) return Outcome{OutcomeKind::kDone};
  TRY_ASSIGN(BindDecision bind, decide_bind(database, context, *wanted.bind, domain));
  if (bind.outcome.kind == OutcomeKind::kConverged) return Outcome{OutcomeKind::kDone};
  if (bind.outcome.kind != OutcomeKind::kDone) return std::move(bind.outcome);
  plan.bind = std::move(bind);
  return Outcome{OutcomeKind::kDone};
}

base::Result<Outcome> check_vhosts(Connection& database, const CreateDomains& command, const std::vector<Plan>& plans) {
  std::map<std::string, std::size_t> added;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].insert) ++added[command.domains[i].domain.vhost];
  }
  for (const auto& [vhost, count] : added) {
    TRY_ASSIGN(const std::size_t present, count_vhost(database, command.domains.front().domain.account, vhost));
    if (present + count > domain::kMaxDomainsOfVhost) return Outcome{OutcomeKind::kFull, vhost};
  }
  return Outcome{OutcomeKind::kDone};
}

base::Result<void> write_new(Connection& database, const Context& context, const CreateDomains::New& wanted,
                             const Plan& plan) {
  if (!plan.insert && !plan.bind) return {};
  std::int64_t row = plan.bind && plan.bind->domain ? plan.bind->domain->row : 0;
  if (plan.insert) {
    TRY_ASSIGN(row, insert_domain(database, wanted.domain, plan.project_row));
  }
  if (plan.bind) {
    TRY(write_bind(database, context, *wanted.bind, *plan.bind, row));
  }
  return record(database, context, "domain", wanted.domain.account, wanted.domain.name);
}

base::Result<void> delete_row(Connection& database, const DomainRow& domain) {
  TRY(database.run("DELETE FROM domain_tags WHERE domain = ?", domain.row));
  return database.run("DELETE FROM domains WHERE id = ?", domain.row);
}

}  // namespace

base::Result<Outcome> apply_one(Connection& database, const Context& context, const CreateDomains& command) {
  TRY_ASSIGN(const auto status, find_account_status(database, context.caller.account));
  if (status != AccountStatus::kActive) return Outcome{OutcomeKind::kInactive, "AccountId"};
  std::vector<Plan> plans(command.domains.size());
  for (std::size_t i = 0; i < plans.size(); ++i) {
    TRY_ASSIGN(Outcome decided, decide_new(database, context, command.domains[i], plans[i]));
    if (decided.kind != OutcomeKind::kDone) return decided;
  }
  TRY_ASSIGN(Outcome room, check_vhosts(database, command, plans));
  if (room.kind != OutcomeKind::kDone) return room;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    TRY(write_new(database, context, command.domains[i], plans[i]));
  }
  const bool wrote = std::ranges::any_of(plans, [](const Plan& plan) { return plan.insert || plan.bind; });
  return Outcome{wrote ? OutcomeKind::kDone : OutcomeKind::kConverged};
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const DeleteDomain& command) {
  TRY_ASSIGN(const Changeable found, find_changeable(database, context, command.domain));
  if (!found.row) return found.refusal;
  TRY(delete_row(database, *found.row));
  return recorded(database, context, context.caller.account, command.domain);
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const SetDomainStatus& command) {
  TRY_ASSIGN(const Changeable found, find_changeable(database, context, command.domain));
  if (!found.row) return found.refusal;
  if (found.row->domain.status == command.status) return Outcome{OutcomeKind::kConverged};
  TRY(database.run("UPDATE domains SET status = ? WHERE id = ?", static_cast<std::int64_t>(command.status),
                   found.row->row));
  return recorded(database, context, context.caller.account, command.domain);
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const SetDomainVhost& command) {
  TRY_ASSIGN(const Changeable found, find_changeable(database, context, command.domain));
  if (!found.row) return found.refusal;
  std::string vhost = command.vhost;
  if (command.vhost_of) {
    TRY_ASSIGN(const Changeable other, find_changeable(database, context, *command.vhost_of));
    if (!other.row) return other.refusal;
    vhost = other.row->domain.vhost;
  }
  if (found.row->domain.vhost == vhost) return Outcome{OutcomeKind::kConverged};
  TRY_ASSIGN(const std::size_t in_vhost, count_vhost(database, context.caller.account, vhost));
  if (in_vhost >= domain::kMaxDomainsOfVhost) return Outcome{OutcomeKind::kFull, vhost};
  TRY(database.run("UPDATE domains SET vhost = ? WHERE id = ?", vhost, found.row->row));
  return recorded(database, context, context.caller.account, command.domain);
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const Unbind& command) {
  TRY_ASSIGN(const Changeable found, find_changeable(database, context, command.domain));
  if (!found.row) return found.refusal;
  if (!found.row->binding) return Outcome{OutcomeKind::kConverged};
  TRY(clear_binding(database, found.row->row));
  return recorded(database, context, context.caller.account, command.domain);
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const MoveDomain& command) {
  TRY_ASSIGN(const auto status, find_account_status(database, context.caller.account));
  if (status != AccountStatus::kActive) return Outcome{OutcomeKind::kInactive, "AccountId"};
  TRY_ASSIGN(const auto found, find_domain_row(database, command.domain));
  if (!found) return Outcome{OutcomeKind::kAbsent, "Domain", {}, {}, {command.domain}};
  TRY_ASSIGN(const std::int64_t project_row, find_project_row(database, command.account, domain::kDefaultProject));
  if (project_row == 0) return Outcome{OutcomeKind::kAbsent, "AccountId", {}, {}, {}, command.account.to_string()};
  if (found->domain.account == command.account) return Outcome{OutcomeKind::kConverged};
  TRY_ASSIGN(const std::size_t in_vhost, count_vhost(database, command.account, found->domain.vhost));
  if (in_vhost >= domain::kMaxDomainsOfVhost) return Outcome{OutcomeKind::kFull, found->domain.vhost};
  TRY(clear_binding(database, found->row));
  TRY(database.run("UPDATE domains SET account = ?, project = ? WHERE id = ?", command.account.number(), project_row,
                   found->row));
  return recorded(database, context, command.account, command.domain);
}

}  // namespace livecert::store::sqlite
