#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/address_block.h"
#include "base/result.h"
#include "edge/definition.h"
#include "edge/delivery/plan_options.h"
#include "net/endpoint.h"
#include "net/limits.h"
#include "outgoing/fetcher.h"
#include "service/settings.h"

namespace livecert::app {

// All settings of an operator (app/settings.h), with their defaults.
struct Config {
  std::filesystem::path data_dir;
  std::string store;  // the address of a PostgreSQL database; empty: the embedded store in the data directory
  std::filesystem::path store_password_file;
  std::string require_standby = "auto";  // "auto", "true" or "false"
  std::optional<net::Endpoint> http = net::Endpoint{"127.0.0.1", 8080};
  std::optional<net::Endpoint> https;
  bool insecure_http = false;
  std::vector<base::AddressBlock> proxy_protocol_from;
  std::optional<net::Endpoint> admin;  // health and metrics
  int metrics_certificates = 1000;     // shown one by one
  std::filesystem::path master_key;
  bool init = false;  // make a store even if no mark can be left outside the data directory
  std::size_t rate_limit = 10;
  service::Settings service;             // without its sets of roots
  std::chrono::days prune_after{0};      // 0: never
  std::chrono::days audit_retention{0};  // 0: for ever
  std::string trust = "none";            // "none", "system" or a PEM file
  std::filesystem::path issuers_dir;
  bool fetch_issuers = true;
  outgoing::FetchPolicy fetch;
  std::vector<std::string> host_names;
  std::string own_domain;  // whose certificate the HTTPS listener shows; empty: the bootstrap CA's
  std::string region = "cn-north-1";
  std::uint32_t node_id = 0;
  std::string log_level = "info";
  std::string log_format = "text";
  std::filesystem::path access_log;  // empty: the log has the lines of requests
  std::vector<edge::Definition> edges;
  std::vector<std::filesystem::path> edge_roots{"/var/lib/livecert/edges"};  // for added edges
  edge::PlanOptions plan;
  bool no_delivery = false;  // edges are known and get nothing
  net::Limits limits;
  std::map<std::string, std::string> texts;  // the settings as written, by name
};

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
