#include "domain/administration.h"

#include <utility>

namespace livecert::domain {

Decision<Effect> decide(const Initialise& command, bool is_used) {
  if (is_used) return Refusal{Reason::kTaken, Subject::kStore};
  // The same rule as for every later key: its projects must exist.
  for (const std::string& project : command.access_key.projects) {
    if (project != kDefaultProject) return Refusal{Reason::kAbsent, Subject::kProject, {project}};
  }
  return Effect::kWrite;
}

Decision<Effect> decide(const CreateAccount& command, const CreateAccountState& state) {
  if (state.is_id_taken) return Refusal{Reason::kTaken, Subject::kAccount, {command.account.id.to_string()}};
  if (state.is_name_taken) return Refusal{Reason::kTaken, Subject::kAccountName, {command.account.name}};
  return Effect::kWrite;
}

Decision<Effect> decide(const SetAccountStatus& command, const std::optional<AccountStatus>& present) {
  if (!present) return Refusal{Reason::kAbsent, Subject::kAccount, {command.account.to_string()}};
  return *present == command.status ? Effect::kNothing : Effect::kWrite;
}

std::vector<std::string> to_texts(const AccountContent& content) {
  std::vector<std::string> texts;
  const auto add = [&](std::int64_t count, const std::string& what) {
    if (count > 0) texts.push_back(std::to_string(count) + " " + what + (count == 1 ? "" : "s"));
  };
  add(content.chains, "certificate");
  add(content.domains, "domain");
  add(content.keys, "access key");
  add(content.projects, "project");
  return texts;
}

Decision<Effect> decide(const DeleteAccount& command, const DeleteAccountState& state) {
  if (!state.status) return Refusal{Reason::kAbsent, Subject::kAccount, {command.account.to_string()}};
  Refusal refusal{Reason::kInUse, Subject::kAccount};
  if (*state.status == AccountStatus::kActive) refusal.names.emplace_back("it is active");
  for (std::string& text : to_texts(state.content)) refusal.names.push_back("it has " + std::move(text));
  if (!refusal.names.empty()) return refusal;
  return Effect::kWrite;
}

Decision<Effect> decide(const EmptyAccount& command, const DeleteAccountState& state) {
  if (!state.status) return Refusal{Reason::kAbsent, Subject::kAccount, {command.account.to_string()}};
  if (*state.status == AccountStatus::kActive) return Refusal{Reason::kInUse, Subject::kAccount, {"it is active"}};
  return state.content == AccountContent() ? Effect::kNothing : Effect::kWrite;
}

Decision<Effect> decide(const CreateAccessKey& command, const CreateAccessKeyState& state) {
  const AccessKey& key = command.access_key;
  if (!state.account_exists) return Refusal{Reason::kAbsent, Subject::kAccount, {key.account.to_string()}};
  if (state.missing_project) return Refusal{Reason::kAbsent, Subject::kProject, {*state.missing_project}};
  if (state.is_id_taken) return Refusal{Reason::kTaken, Subject::kAccessKey, {key.id}};
  return Effect::kWrite;
}

Decision<Effect> decide(const SetAccessKeyEnabled& command, const std::optional<bool>& present) {
  if (!present) return Refusal{Reason::kAbsent, Subject::kAccessKey};
  return *present == command.enabled ? Effect::kNothing : Effect::kWrite;
}

Decision<Effect> decide(const DeleteAccessKey& /*command*/, const std::optional<bool>& present) {
  if (!present) return Refusal{Reason::kAbsent, Subject::kAccessKey};
  if (*present) return Refusal{Reason::kInUse, Subject::kAccessKey, {"it is enabled"}};
  return Effect::kWrite;
}

Decision<Effect> decide(const DeleteProject& command, const DeleteProjectState& state) {
  if (!state.exists) return Refusal{Reason::kAbsent, Subject::kProject, {command.name}};
  Refusal refusal{Reason::kInUse, Subject::kProject};
  if (state.has_chains) refusal.names.emplace_back("it has certificates");
  if (state.has_domains) refusal.names.emplace_back("it has domains");
  for (const std::string& key : state.keys) refusal.names.push_back("access key " + key + " is limited to it");
  if (!refusal.names.empty()) return refusal;
  return Effect::kWrite;
}

Decision<Effect> decide(const CreateProject& command, const CreateProjectState& state) {
  const Project& project = command.project;
  if (!state.account_exists) return Refusal{Reason::kAbsent, Subject::kAccount, {project.account.to_string()}};
  if (state.is_name_taken) return Refusal{Reason::kTaken, Subject::kProject, {project.name}};
  return Effect::kWrite;
}

}  // namespace livecert::domain
