#include "app/serve_command.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/config.h"
#include "app/serve.h"
#include "app/serve_check.h"
#include "app/settings.h"
#include "cli/language.h"

namespace livecert::app {

void add_serve_command(CLI::App& root, cli::Command& chosen) {
  struct Arguments {
    std::string file;
    bool only_check = false;
    std::vector<std::pair<std::string, std::string>> flags;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* serve_command =
      root.add_subcommand("serve", cli::tr("Run the service on the embedded store", "以内置存储运行服务"));
  serve_command->add_option("--config", arguments->file,
                            cli::tr("TOML file of settings; flags override it", "TOML 配置文件；命令行参数优先"));
  serve_command->add_flag("--check", arguments->only_check,
                          cli::tr("Check the configuration, the data directory, keys, edges' folders and sockets, and "
                                  "addresses, and start nothing; status 1 when the service could not start",
                                  "只检查配置、数据目录、密钥、各接入节点的目录与套接字以及监听地址，不启动服务；"
                                  "无法启动时退出码为 1"));
  for (const Setting& setting : settings()) {
    const std::string name(setting.name);
    const std::string placeholder(setting.form.placeholder);
    const bool is_switch = setting.form.kind == SettingForm::Kind::kSwitch;
    CLI::Option* option = serve_command->add_option_function<std::vector<std::string>>(
        flag_of(setting),
        [arguments, name, is_switch](const std::vector<std::string>& values) {
          // A switch alone arrives as an empty text.
          const std::string text = values.empty() ? "" : values.back();
          arguments->flags.emplace_back(name, is_switch && text.empty() ? "true" : text);
        },
        help_of(setting, cli::language()));
    option->type_name(is_switch ? "[" + placeholder + "]" : placeholder);
    if (is_switch) {
      option->expected(0, 1);
    } else {
      option->expected(1);
    }
  }
  serve_command->callback([arguments, &chosen] {
    chosen = [arguments]() -> base::Result<int> {
      const auto read = [arguments] { return load_config(arguments->file, arguments->flags); };
      TRY_ASSIGN(const Config config, read());
      if (arguments->only_check) return check_and_print(config);
      TRY(serve(config, read));
      return 0;
    };
  });
}

}  // namespace livecert::app
