#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "api/action.h"
#include "app/backend_options.h"
#include "app/command_input.h"
#include "app/command_output.h"
#include "app/commands.h"

namespace livecert::app {
namespace {

struct AdminArguments {
  BackendOptions backend;
  std::string account_name;
  std::string account_id;
  std::string access_key_id;
  std::string project;
  std::vector<std::string> projects;
};

base::Result<void> perform(const AdminArguments& arguments, std::string_view action) {
  JsonWriter json;
  json.text("AccountName", arguments.account_name).text("AccountId", arguments.account_id);
  json.text("AccessKeyId", arguments.access_key_id).text("ProjectName", arguments.project);
  json.strings("Projects", arguments.projects);
  TRY_ASSIGN(const auto backend, arguments.backend.open());
  TRY_ASSIGN(const http::Response answer, backend->call(action, api::kOwnVersion, json.finish()));
  return print_answer(answer);
}

}  // namespace

void add_admin_commands(CLI::App& root, Command& chosen) {
  auto arguments = std::make_shared<AdminArguments>();
  CLI::App* account = root.add_subcommand("account", "Accounts (root account only)")->require_subcommand(1);
  CLI::App* key = root.add_subcommand("key", "Access keys (root account only)")->require_subcommand(1);
  CLI::App* project = root.add_subcommand("project", "Projects (root account only)")->require_subcommand(1);
  const auto add = [&](CLI::App* group, const char* name, const char* help, const char* action) {
    CLI::App* command = group->add_subcommand(name, help);
    arguments->backend.add_to(*command, BackendOptions::Offline::kAllowed);
    command->callback(
        [arguments, action, &chosen] { chosen = [arguments, action] { return perform(*arguments, action); }; });
    return command;
  };
  const auto takes_account = [&](CLI::App* command) {
    command->add_option("account", arguments->account_id, "AccountId")->required();
    return command;
  };

  add(account, "add", "Make an account", "CreateAccount")
      ->add_option("name", arguments->account_name, "Its name")
      ->required();
  takes_account(add(account, "suspend", "Refuse everything this account asks for", "SuspendAccount"));
  takes_account(add(account, "activate", "Undo a suspension", "ActivateAccount"));
  add(account, "list", "List all accounts", "ListAccounts");

  takes_account(add(key, "add", "Make an access key; its secret is shown this once", "CreateAccessKey"))
      ->add_option("--project", arguments->projects, "Limit the key to this project; may be repeated");
  for (const auto& [name, help, action] : {std::tuple{"disable", "Refuse this key from now on", "DisableAccessKey"},
                                           std::tuple{"enable", "Accept a disabled key again", "EnableAccessKey"}}) {
    add(key, name, help, action)->add_option("key", arguments->access_key_id, "AccessKeyId")->required();
  }
  takes_account(add(key, "list", "List an account's keys", "ListAccessKeys"));

  takes_account(add(project, "add", "Make a project", "CreateProject"))
      ->add_option("name", arguments->project, "Its name")
      ->required();
  takes_account(add(project, "list", "List an account's projects", "ListProjects"));
}

}  // namespace livecert::app
