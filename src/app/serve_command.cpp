#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/commands.h"
#include "app/config.h"
#include "app/serve.h"

namespace livecert::app {

void add_serve_command(CLI::App& root, Command& chosen) {
  struct Arguments {
    std::string file;
    std::vector<std::pair<std::string, std::string>> flags;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* serve_command = root.add_subcommand("serve", "Run the service on the embedded store");
  serve_command->add_option("--config", arguments->file, "TOML file of settings; flags override it");
  for (const Setting& setting : settings()) {
    const std::string name(setting.name);
    CLI::Option* option = serve_command->add_option_function<std::vector<std::string>>(
        flag_of(setting),
        [arguments, name, is_switch = setting.is_switch](const std::vector<std::string>& values) {
          // A switch alone arrives as an empty text.
          const std::string text = values.empty() ? "" : values.back();
          arguments->flags.emplace_back(name, is_switch && text.empty() ? "true" : text);
        },
        std::string(setting.help));
    option->type_name(setting.is_switch ? "[true|false]" : "VALUE");
    if (setting.is_switch) {
      option->expected(0, 1);
    } else {
      option->expected(1);
    }
  }
  serve_command->callback([arguments, &chosen] {
    chosen = [arguments]() -> base::Result<void> {
      TRY_ASSIGN(const Config config, load_config(arguments->file, arguments->flags));
      return serve(config);
    };
  });
}

}  // namespace livecert::app
