#include "app/store_place.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "app/master_key_source.h"
#include "cli/language.h"

namespace livecert::app {

using cli::tr;

void add_place(CLI::App& command, StorePlace& place) {
  command
      .add_option("--config", place.config,
                  tr("The service's TOML file, for its data_dir and master_key",
                     "服务的 TOML 配置文件，取其 data_dir 与 master_key"))
      ->type_name("FILE");
  command
      .add_option("--data-dir", place.data_dir,
                  tr("Directory of the store; default /var/lib/livecert", "存储目录；默认 /var/lib/livecert"))
      ->type_name("DIR");
  command
      .add_option("--master-key", place.master_key,
                  tr("File of the master key; default: the systemd credential, else DATA_DIR.master-key, else "
                     "/etc/livecert/master.key",
                     "主密钥文件；默认依次取 systemd 凭据、DATA_DIR.master-key、/etc/livecert/master.key"))
      ->type_name("FILE");
}

base::Result<Config> config_of(const StorePlace& place) {
  std::vector<std::pair<std::string, std::string>> flags;
  if (!place.data_dir.empty() || place.config.empty()) {
    flags.emplace_back("data_dir", place.data_dir.empty() ? kPackagedStore : place.data_dir);
  }
  if (!place.master_key.empty()) flags.emplace_back("master_key", place.master_key);
  TRY_ASSIGN(Config config, load_config(place.config, flags));
  std::error_code ignored;
  if (config.master_key.empty() && !std::filesystem::exists(master_key_file(config), ignored) &&
      (std::filesystem::exists(kPackagedKey, ignored) || config.data_dir == kPackagedStore)) {
    config.master_key = kPackagedKey;
  }
  return config;
}

}  // namespace livecert::app
