#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "app/config.h"
#include "base/result.h"

namespace livecert::app {

// Where the package has the store and its master key.
inline constexpr const char* kPackagedStore = "/var/lib/livecert";
inline constexpr const char* kPackagedKey = "/etc/livecert/master.key";
inline constexpr const char* kPackagedConfig = "/etc/livecert/livecert.toml";

// The options with which a command on the service's machine finds the store.
struct StorePlace {
  std::string config;
  std::string data_dir;
  std::string master_key;
};
void add_place(CLI::App& command, StorePlace& place);

// The configuration that the options name, with the package's places as defaults. kConfiguration.
[[nodiscard]] base::Result<Config> config_of(const StorePlace& place);

}  // namespace livecert::app
