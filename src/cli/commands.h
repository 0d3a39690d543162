#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "cli/backend.h"

namespace CLI {
class App;
}

namespace livecert::cli {

// The action of the chosen command, to run after the whole command line was read. Returns the exit status.
using Command = std::function<base::Result<int>()>;

// The commands below `app` that help, pages and completion show.
[[nodiscard]] std::vector<const CLI::App*> shown_commands(const CLI::App& app);

// Gives every command its examples below its help. Call it when all commands are declared.
void add_examples(CLI::App& root);

// Each declares its commands under `root` and sets `chosen` when one of them was given. `root` and `chosen` must
// outlive the parsing.
void add_cert_commands(CLI::App& root, Command& chosen);
// Declares versions, rollback, prune and bindings under `cert`.
void add_history_commands(CLI::App& cert, Command& chosen);
// Declares deploy under `cert`.
void add_deploy_command(CLI::App& cert, Command& chosen);
// Declares describe under `cert`.
void add_describe_command(CLI::App& cert, Command& chosen);
// Declares wait and delivery under `cert`.
void add_delivery_commands(CLI::App& cert, Command& chosen);
void add_edge_commands(CLI::App& root, Command& chosen);
// These also work in the store of a stopped service, which `open_offline` opens.
void add_admin_commands(CLI::App& root, Command& chosen, const OpenOffline& open_offline);
// Declares import under `key`.
void add_key_import_command(CLI::App& key, Command& chosen, const OpenOffline& open_offline);
// Declares policy, which works in the store of a stopped service too.
void add_policy_commands(CLI::App& root, Command& chosen, const OpenOffline& open_offline);
// Declares delete under `account`.
void add_account_delete_command(CLI::App& account, Command& chosen, const OpenOffline& open_offline);
// Declares rotate under `key`.
void add_key_rotate_command(CLI::App& key, Command& chosen);
// Declares audit, which works in the store of a stopped service too.
void add_audit_commands(CLI::App& root, Command& chosen, const OpenOffline& open_offline);
void add_domain_commands(CLI::App& root, Command& chosen);
// Declares notify, whose channels can also be added to and deleted from the store of a stopped service.
void add_notify_commands(CLI::App& root, Command& chosen, const OpenOffline& open_offline);
void add_sign_command(CLI::App& root, Command& chosen);
// Declares login and whoami.
void add_login_commands(CLI::App& root, Command& chosen);
// Declares the words that completion asks for, which no help shows.
void add_words_command(CLI::App& root, Command& chosen);
// Call these last: they print the commands that `root` has.
void add_completion_command(CLI::App& root, Command& chosen);
void add_manual_command(CLI::App& root, Command& chosen);

}  // namespace livecert::cli
