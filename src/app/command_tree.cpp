#include "app/command_tree.h"

#include "app/backup_commands.h"
#include "app/doctor.h"
#include "app/master_key_commands.h"
#include "app/move_command.h"
#include "app/offline.h"
#include "app/serve_command.h"

namespace livecert::app {

void add_all_commands(CLI::App& root, cli::Command& chosen) {
  add_serve_command(root, chosen);
  add_backup_commands(root, chosen);
  add_move_command(root, chosen);
  add_doctor_command(root, chosen);
  cli::add_cert_commands(root, chosen);
  cli::add_domain_commands(root, chosen);
  cli::add_edge_commands(root, chosen);
  cli::add_notify_commands(root, chosen, open_offline);
  cli::add_admin_commands(root, chosen, open_offline);
  add_master_key_commands(root, chosen, open_offline);
  cli::add_policy_commands(root, chosen, open_offline);
  cli::add_audit_commands(root, chosen, open_offline);
  cli::add_login_commands(root, chosen);
  cli::add_sign_command(root, chosen);
  cli::add_words_command(root, chosen);
  cli::add_completion_command(root, chosen);
  cli::add_manual_command(root, chosen);
  cli::add_examples(root);
}

}  // namespace livecert::app
