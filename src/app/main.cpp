#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "app/command_tree.h"
#include "app/system.h"
#include "cli/brackets.h"
#include "cli/command_output.h"
#include "cli/commands.h"
#include "cli/language.h"
#include "cli/usage.h"
#include "outgoing/answer_requests.h"

int main(int argc, char** argv) {
  using namespace livecert;
  app::open_standard_descriptors();
  try {
    app::harden_process();
    if (argc == 2 && std::string_view(argv[1]) == outgoing::kCommand) outgoing::answer_requests();
    cli::choose_language(argc, argv);
    CLI::App root(cli::tr("livecert: a certificate service for live streaming", "livecert：面向直播的证书服务"),
                  "livecert");
    root.set_version_flag("--version", "livecert " LIVECERT_VERSION);
    root.require_subcommand(1);
    root.fallthrough();
    std::string language;
    root.add_option("--lang", language,
                    cli::tr("Language of the output; default: the locale's", "输出语言；默认取自 locale"))
        ->type_name("en|zh");
    cli::Command chosen;
    app::add_all_commands(root, chosen);
    try {
      cli::keep_brackets(root);
      cli::translate_help(root);
      root.parse(cli::mark_brackets({argv + 1, argv + argc}));
    } catch (const CLI::ParseError& error) {
      if (error.get_exit_code() == 0) return root.exit(error);  // help or version was asked for
      std::cerr << cli::without_marks(cli::usage_error_text(root, {argv + 1, argv + argc}, error)) << "\n";
      return cli::kUsageStatus;
    }
    const auto status = chosen();
    std::cout.flush();
    if (status && std::cout) return *status;
    if (status) std::cerr << "livecert: " << cli::tr("the output could not be written", "输出无法写入") << "\n";
    if (status) return 1;
    cli::print_error(status.error(), cli::wants_json(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "livecert: " << error.what() << "\n";
  }
  return 1;
}
