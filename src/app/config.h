#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address_block.h"
#include "base/result.h"
#include "edge/definition.h"
#include "net/endpoint.h"
#include "net/fetcher.h"
#include "net/limits.h"

namespace livecert::app {

// All settings of an operator (docs/configuration.md).
struct Config {
  std::filesystem::path data_dir;
  std::optional<net::Endpoint> http;
  std::optional<net::Endpoint> https;
  bool insecure_http = false;
  std::vector<base::AddressBlock> proxy_protocol_from;
  std::optional<net::Endpoint> admin;  // health and metrics
  int metrics_certificates = 1000;     // shown one by one
  std::filesystem::path master_key;
  bool init = false;  // make a store even if no mark can be left outside the data directory
  std::size_t rate_limit = 10;
  bool converge_duplicates = true;
  bool register_domains = false;
  int keep_versions = 10;
  std::chrono::days prune_after{0};  // 0: never
  std::string trust = "none";        // "none", "system" or a PEM file
  std::filesystem::path issuers_dir;
  bool fetch_issuers = true;
  net::FetchPolicy fetch;
  std::vector<std::string> host_names;
  std::string region = "cn-north-1";
  std::uint32_t node_id = 0;
  std::string log_level = "info";
  std::vector<edge::Definition> edges;
  std::vector<std::filesystem::path> edge_roots{"/var/lib/livecert/edges"};  // for added edges
  bool put_back = true;
  bool no_delivery = false;  // edges are known and get nothing
  std::chrono::milliseconds proof_interval{30'000};
  net::Limits limits;
  std::map<std::string, std::string> texts;  // the settings as written, by name
};

// One setting: the same name in the TOML file (with `_`) and as a flag (with `-`), the same text form in both.
struct Setting {
  std::string_view name;  // with `_`
  bool is_switch;         // a flag without a value
  std::string_view help;
  base::Result<void> (*set)(Config&, const std::string& text);
  bool reloads = false;  // a running service can apply another value
};

[[nodiscard]] std::span<const Setting> settings();
// The name as a flag: `--data-dir`.
[[nodiscard]] std::string flag_of(const Setting& setting);

// Applies defaults, then the file (if any), then the flags, given as (setting's name, text). kConfiguration with one
// sentence that names the setting, and the file if it came from there.
[[nodiscard]] base::Result<Config> load_config(const std::filesystem::path& file,
                                               const std::vector<std::pair<std::string, std::string>>& flags);

// The changes that a running service can apply from a configuration that was read again.
struct Reload {
  Config config;                      // the running one, with the changes applied
  std::vector<std::string> taken;     // the changed settings that are applied; "edge" for the tables
  std::vector<std::string> restarts;  // the changed settings that need a restart
};
// kConfiguration when the applicable changes do not fit the other settings.
[[nodiscard]] base::Result<Reload> take_over(const Config& running, const Config& read);

}  // namespace livecert::app
