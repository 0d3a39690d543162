#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "app/commands.h"
#include "app/system.h"

// One failure, for a person: what it is about stands in its message.
static int report(const livecert::base::Error& error) {
  std::cerr << "livecert: " << error.message << (error.detail.empty() ? "" : " (" + error.detail + ")") << "\n";
  return 1;
}

int main(int argc, char** argv) {
  try {
    livecert::app::harden_process();
    CLI::App root("livecert: a certificate service for live streaming");
    root.set_version_flag("--version", "livecert " LIVECERT_VERSION);
    root.require_subcommand(1);
    livecert::app::Command chosen;
    livecert::app::add_serve_command(root, chosen);
    livecert::app::add_cert_commands(root, chosen);
    livecert::app::add_admin_commands(root, chosen);
    livecert::app::add_sign_command(root, chosen);
    CLI11_PARSE(root, argc, argv);
    const auto done = chosen();
    return done ? 0 : report(done.error());
  } catch (const std::exception& error) {
    std::cerr << "livecert: " << error.what() << "\n";
    return 1;
  }
}
