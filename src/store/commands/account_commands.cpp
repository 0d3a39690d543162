#include <utility>

#include "store/commands/each.h"
#include "store/commands/outcomes.h"

namespace livecert::store::commands {
namespace {

using domain::ChangeKind;

base::Result<void> insert_account(Rows& rows, const domain::Account& account, const base::SealedBytes& wrapped_key) {
  TRY(rows.insert_account(account, wrapped_key));
  return rows.insert_project({account.id, std::string(domain::kDefaultProject), account.created_at});
}

base::Result<domain::DeleteAccountState> read_account(Rows& rows, base::AccountId account) {
  domain::DeleteAccountState state;
  TRY_ASSIGN(state.status, rows.account_status(account));
  if (!state.status) return state;
  TRY_ASSIGN(state.content, rows.account_content(account));
  return state;
}

// Deletes things of an account until `left` is used up. Each is a change and a record of its own.
class Emptying {
 public:
  Emptying(Rows& rows, const Context& context, const EmptyAccount& command)
      : rows_(rows), context_(context), account_(command.account), left_(command.limit) {}

  base::Result<void> run() {
    TRY(delete_domains());
    TRY(delete_chains());
    TRY_ASSIGN(const auto keys, rows_.keys_of(account_, left_));
    for (const std::string& key : keys) {
      TRY(rows_.delete_access_key(key));
      TRY(note(ChangeKind::kAccessKey, key));
    }
    TRY_ASSIGN(const auto projects, rows_.projects_of(account_, left_));
    for (const std::string& name : projects) {
      TRY_ASSIGN(const auto project, rows_.find_project(account_, name));
      if (!project) continue;
      TRY(rows_.delete_project(*project));
      TRY(note(ChangeKind::kProject, name));
    }
    return {};
  }

 private:
  base::Result<void> delete_domains() {
    TRY_ASSIGN(const auto domains, rows_.domains_of(account_, left_));
    for (const domain::DomainName& name : domains) {
      TRY_ASSIGN(const auto row, rows_.find_domain(name));
      if (!row) continue;
      TRY(rows_.delete_domain(row->key));
      TRY(note(ChangeKind::kDomain, name));
    }
    return {};
  }

  // A key of the account may be limited to a project that chains are in, so the order counts.
  base::Result<void> delete_chains() {
    TRY_ASSIGN(const auto chains, rows_.chains_of(account_, left_));
    for (const base::ChainId& id : chains) {
      TRY_ASSIGN(const auto row, rows_.find_chain(id));
      TRY(rows_.delete_chain(*row));
      TRY(note(ChangeKind::kChain, id.to_string()));
    }
    return {};
  }

  base::Result<void> note(ChangeKind kind, std::string_view subject) {
    --left_;
    return rows_.append(context_, kind, account_, subject);
  }

  Rows& rows_;
  const Context& context_;
  base::AccountId account_;
  std::int64_t left_;
};

}  // namespace

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteAccount& command) {
  TRY_ASSIGN(const auto state, read_account(rows, command.account));
  return carry_out(domain::decide(command, state), [&]() -> base::Result<void> {
    TRY(rows.delete_account(command.account));
    return rows.append(context, ChangeKind::kAccount, command.account, command.account.to_string());
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const EmptyAccount& command) {
  TRY_ASSIGN(const auto state, read_account(rows, command.account));
  return carry_out(domain::decide(command, state), [&] { return Emptying(rows, context, command).run(); });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const Initialise& command) {
  TRY_ASSIGN(const bool is_used, rows.is_used());
  return carry_out(domain::decide(command, is_used), [&]() -> base::Result<void> {
    TRY(rows.insert_vault_header(command.vault_header));
    TRY(insert_account(rows, command.root, command.wrapped_account_key));
    TRY(rows.insert_access_key(command.access_key));
    return rows.append(context, ChangeKind::kAccount, command.root.id, command.root.id.to_string());
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const CreateAccount& command) {
  const domain::Account& account = command.account;
  domain::CreateAccountState state;
  TRY_ASSIGN(const auto status, rows.account_status(account.id));
  state.is_id_taken = status.has_value();
  TRY_ASSIGN(state.is_name_taken, rows.is_account_name_taken(account.name));
  TRY_ASSIGN(auto retired, refuse_retired(rows, command.wrapped_account_key.bytes));
  if (retired) return refused(*std::move(retired));
  return carry_out(domain::decide(command, state), [&]() -> base::Result<void> {
    TRY(insert_account(rows, account, command.wrapped_account_key));
    return rows.append(context, ChangeKind::kAccount, account.id, account.id.to_string());
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const SetAccountStatus& command) {
  TRY_ASSIGN(const auto present, rows.account_status(command.account));
  return carry_out(domain::decide(command, present), [&]() -> base::Result<void> {
    TRY(rows.set_account_status(command.account, command.status));
    return rows.append(context, ChangeKind::kAccount, command.account, command.account.to_string());
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const CreateAccessKey& command) {
  const domain::AccessKey& key = command.access_key;
  domain::CreateAccessKeyState state;
  TRY_ASSIGN(const auto status, rows.account_status(key.account));
  state.account_exists = status.has_value();
  for (const std::string& project : key.projects) {
    TRY_ASSIGN(const auto found, rows.find_project(key.account, project));
    if (!found && !state.missing_project) state.missing_project = project;
  }
  TRY_ASSIGN(const auto present, rows.find_access_key(key.id));
  state.is_id_taken = present.has_value();
  return carry_out(domain::decide(command, state), [&]() -> base::Result<void> {
    TRY(rows.insert_access_key(key));
    return rows.append(context, ChangeKind::kAccessKey, key.account, key.id);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const SetAccessKeyEnabled& command) {
  TRY_ASSIGN(const auto key, rows.find_access_key(command.access_key_id));
  const auto present = key ? std::optional(key->enabled) : std::nullopt;
  return carry_out(domain::decide(command, present), [&]() -> base::Result<void> {
    TRY(rows.set_access_key_enabled(command.access_key_id, command.enabled));
    return rows.append(context, ChangeKind::kAccessKey, key->account, command.access_key_id);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteAccessKey& command) {
  TRY_ASSIGN(const auto key, rows.find_access_key(command.access_key_id));
  const auto present = key ? std::optional(key->enabled) : std::nullopt;
  return carry_out(domain::decide(command, present), [&]() -> base::Result<void> {
    TRY(rows.delete_access_key(command.access_key_id));
    return rows.append(context, ChangeKind::kAccessKey, key->account, command.access_key_id);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteProject& command) {
  domain::DeleteProjectState state;
  TRY_ASSIGN(const auto project, rows.find_project(command.account, command.name));
  state.exists = project.has_value();
  if (project) {
    TRY_ASSIGN(state.has_chains, rows.has_chains(command.account, *project));
    TRY_ASSIGN(state.has_domains, rows.has_domains(command.account, *project));
    TRY_ASSIGN(state.keys, rows.keys_limited_to(*project));
  }
  return carry_out(domain::decide(command, state), [&]() -> base::Result<void> {
    TRY(rows.delete_project(*project));
    return rows.append(context, ChangeKind::kProject, command.account, command.name);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context&, const KeepKeyUses& command) {
  for (const KeepKeyUses::Use& use : command.uses) TRY(rows.put_key_use(use.access_key_id, use.at));
  return Outcome{OutcomeKind::kDone};
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const CreateProject& command) {
  const domain::Project& project = command.project;
  domain::CreateProjectState state;
  TRY_ASSIGN(const auto owner, rows.find_owner(project.account, project.name));
  state.account_exists = owner.has_value();
  state.is_name_taken = owner && owner->project;
  return carry_out(domain::decide(command, state), [&]() -> base::Result<void> {
    TRY(rows.insert_project(project));
    return rows.append(context, ChangeKind::kProject, project.account, project.name);
  });
}

}  // namespace livecert::store::commands
