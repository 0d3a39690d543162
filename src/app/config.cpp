#include "app/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include "app/configuration_error.h"
#include "app/edge_config.h"
#include "app/toml.h"
#include "domain/live_domain.h"

namespace livecert::app {
namespace {

using base::Result;

template <typename Number>
Result<void> set_number(Number& target, const std::string& text, std::uint64_t low, std::uint64_t high) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number < low || number > high) {
    return configuration_error("must be a number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  target = static_cast<Number>(number);
  return {};
}

Result<void> set_seconds(std::chrono::milliseconds& target, const std::string& text, std::uint64_t high) {
  std::uint64_t seconds = 0;
  TRY(set_number(seconds, text, 1, high));
  target = std::chrono::seconds(seconds);
  return {};
}

Result<void> set_switch(bool& target, const std::string& text) {
  if (text != "true" && text != "false") return configuration_error("must be true or false");
  target = text == "true";
  return {};
}

Result<void> set_endpoint(std::optional<net::Endpoint>& target, const std::string& text) {
  TRY_ASSIGN(target, net::Endpoint::parse(text));
  return {};
}

Result<void> set_one_of(std::string& target, const std::string& text, std::initializer_list<std::string_view> words) {
  if (std::ranges::find(words, text) == words.end()) {
    std::string list;
    for (const std::string_view word : words) list += (list.empty() ? "" : ", ") + std::string(word);
    return configuration_error("must be one of: " + list);
  }
  target = text;
  return {};
}

// A string or a path.
template <typename Text>
Result<void> set_text(Text& target, const std::string& text) {
  target = text;
  return {};
}

// Values of a list are separated by commas on the command line.
Result<void> set_list(std::vector<std::string>& target, const std::string& text) {
  target.clear();
  std::istringstream stream(text);
  for (std::string item; std::getline(stream, item, ',');) {
    if (!item.empty()) target.push_back(item);
  }
  return {};
}

Result<void> set_duplicates(Config& config, const std::string& text) {
  std::string word;
  TRY(set_one_of(word, text, {"converge", "allow"}));
  config.converge_duplicates = word == "converge";
  return {};
}

Result<void> set_domains(Config& config, const std::string& text) {
  std::string word;
  TRY(set_one_of(word, text, {"created", "auto"}));
  config.register_domains = word == "auto";
  return {};
}

Result<void> set_days(std::chrono::days& target, const std::string& text) {
  int days = 0;
  TRY(set_number(days, text, 0, 36'500));
  target = std::chrono::days(days);
  return {};
}

Result<void> set_insecure_fetch_ports(Config& config, const std::string& text) {
  std::vector<std::string> ports;
  TRY(set_list(ports, text));
  config.fetch.allow_private_addresses = true;
  config.fetch.ports.clear();
  for (const std::string& port : ports) TRY(set_number(config.fetch.ports.emplace_back(), port, 1, 65535));
  return {};
}

Result<void> set_edge_roots(Config& config, const std::string& text) {
  std::vector<std::string> roots;
  TRY(set_list(roots, text));
  config.edge_roots.clear();
  for (const std::string& root : roots) {
    const std::filesystem::path path(root);
    if (!path.is_absolute() || path.lexically_normal().native() != root || root.ends_with('/')) {
      return configuration_error("must be absolute paths without '..', '//' or a slash at their end, not " + root);
    }
    config.edge_roots.push_back(path);
  }
  return {};
}

// As far as it is there, with every link resolved.
std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code ignored;
  const std::filesystem::path absolute = std::filesystem::absolute(path, ignored);
  const std::filesystem::path real = std::filesystem::weakly_canonical(absolute, ignored);
  return real.empty() ? absolute.lexically_normal() : real;
}

// A user who may add edges must not get files written among the service's own.
Result<void> check_edge_roots(const Config& config) {
  for (const std::filesystem::path& root : config.edge_roots) {
    for (const std::filesystem::path& own : {config.data_dir, config.master_key}) {
      if (own.empty()) continue;
      const std::filesystem::path relative = resolved(own).lexically_relative(resolved(root));
      if (!relative.empty() && *relative.begin() != "..") {
        return configuration_error("edge_roots: " + own.string() + " is inside " + root.string() +
                                   "; name a folder that holds nothing but the folders and sockets of edges");
      }
    }
  }
  return {};
}

Result<void> set_proxy_protocol_from(Config& config, const std::string& text) {
  std::vector<std::string> blocks;
  TRY(set_list(blocks, text));
  config.proxy_protocol_from.clear();
  for (const std::string& block : blocks) {
    auto parsed = base::AddressBlock::parse(block);
    if (!parsed) return configuration_error("must be a list of blocks of addresses: " + parsed.error().message);
    if (parsed->bits == 0)
      return configuration_error("must name balancers: " + block + " would let everybody claim any address");
    config.proxy_protocol_from.push_back(*std::move(parsed));
  }
  return {};
}

// A directory that is there: a wrong name would silently complete nothing.
Result<void> set_issuers_dir(Config& config, const std::string& text) {
  std::error_code failure;
  if (!std::filesystem::is_directory(text, failure)) return configuration_error("is not a directory: " + text);
  config.issuers_dir = text;
  return {};
}

// Of one label or more; an address is no name.
bool is_host_name(const std::string& text) {
  const bool is_address = text.find_first_not_of("0123456789.") == std::string::npos;
  const bool is_short = text.find('.') == std::string::npos;
  return !is_address && domain::parse_domain_name(is_short ? text + ".local" : text).has_value();
}

Result<void> set_host_names(Config& config, const std::string& text) {
  TRY(set_list(config.host_names, text));
  for (std::string& name : config.host_names) {
    if (!is_host_name(name)) return configuration_error("must be host names such as live.example.com, not " + name);
    name = base::to_ascii_lower(name);
  }
  return {};
}

Result<void> set_region(Config& config, const std::string& text) {
  const bool is_plain = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (text.empty() || text.size() > 64 || !is_plain) return configuration_error("must be letters, digits and hyphens");
  config.region = text;
  return {};
}

constexpr std::uint64_t kMiB = 1024UL * 1024;

constexpr std::array kSettings{
    Setting{"data_dir", false, "Directory of the embedded store; made if missing",
            [](Config& c, const std::string& t) { return set_text(c.data_dir, t); }},
    Setting{"http", false,
            "ADDR:PORT to serve plain HTTP on; default 127.0.0.1:8080 unless https is set; port 0: any free",
            [](Config& c, const std::string& t) { return set_endpoint(c.http, t); }},
    Setting{"https", false, "ADDR:PORT to serve HTTPS on, with a certificate of livecert's own bootstrap CA",
            [](Config& c, const std::string& t) { return set_endpoint(c.https, t); }},
    Setting{"insecure_http", true,
            "Allow plain HTTP on addresses other than loopback: private keys cross the network in the clear",
            [](Config& c, const std::string& t) { return set_switch(c.insecure_http, t); }},
    Setting{"proxy_protocol_from", false,
            "CIDR,…: balancers; their connections, and no others, begin with a PROXY protocol header (version 1 or 2)",
            set_proxy_protocol_from},
    Setting{"admin", false,
            "ADDR:PORT to serve health and metrics on (/livez, /readyz, /metrics); default: none. It needs no "
            "signatures: use an address that only the monitoring reaches",
            [](Config& c, const std::string& t) { return set_endpoint(c.admin, t); }},
    Setting{"metrics_certificates", false,
            "How many certificates /metrics shows one by one, those that end soonest; default 1000",
            [](Config& c, const std::string& t) { return set_number(c.metrics_certificates, t, 1, 10'000); }},
    Setting{"master_key", false,
            "File of the master key (64 hexadecimal digits); default: the systemd credential "
            "livecert-master-key, else DATA_DIR.master-key, made on the first start",
            [](Config& c, const std::string& t) { return set_text(c.master_key, t); }},
    Setting{"rate_limit", false, "Calls per second for each account and action; default 10, 0: no limit",
            [](Config& c, const std::string& t) { return set_number(c.rate_limit, t, 0, 1'000'000); }, true},
    Setting{"duplicates", false,
            "converge (default): an upload of a stored chain answers its ChainID; allow: it makes a new chain",
            set_duplicates},
    Setting{"domains", false,
            "created (default): somebody must create a domain before it can be bound; auto: a bind creates it, if the "
            "certificate covers it",
            set_domains},
    Setting{"keep_versions", false, "How many versions of each chain to keep, the current one included; default 10",
            [](Config& c, const std::string& t) { return set_number(c.keep_versions, t, 1, 1000); }},
    Setting{"prune_after_days", false,
            "Remove chains that are superseded, unbound and expired for that many days; default 0: never",
            [](Config& c, const std::string& t) { return set_days(c.prune_after, t); }},
    Setting{"put_back", true,
            "A new version goes to one edge first, and an edge that does not serve it gets the former version back; "
            "default true",
            [](Config& c, const std::string& t) { return set_switch(c.put_back, t); }, true},
    Setting{"no_delivery", true,
            "Deliver to no edge, for example to rehearse with a restored store; delivery begins when you remove this",
            [](Config& c, const std::string& t) { return set_switch(c.no_delivery, t); }, true},
    Setting{"proof_interval", false, "Seconds between two checks of what edges serve, 1 to 60; default 30",
            [](Config& c, const std::string& t) { return set_seconds(c.proof_interval, t, 60); }, true},
    Setting{"edge_roots", false,
            "DIR,…: edges that are added while the service runs must have their folders and sockets below one of "
            "these; default "
            "/var/lib/livecert/edges",
            set_edge_roots, true},
    Setting{"init", true, "Make the first store even if no mark can be left outside the data directory; give it once",
            [](Config& c, const std::string& t) { return set_switch(c.init, t); }},
    Setting{"trust", false,
            "none (default), system, or a PEM file of roots: each upload must lead to one of these roots",
            [](Config& c, const std::string& t) { return set_text(c.trust, t); }},
    Setting{"issuers_dir", false, "Directory of issuers' certificates (.pem .crt .cer .der) that complete chains",
            set_issuers_dir},
    Setting{"fetch_issuers", true,
            "Fetch missing intermediates from the address that a certificate names; default true",
            [](Config& c, const std::string& t) { return set_switch(c.fetch_issuers, t); }},
    Setting{"insecure_fetch_ports", false, "PORT,…: fetch issuers from private addresses too, at these ports",
            set_insecure_fetch_ports},
    Setting{"host_names", false, "NAME,…: more names for the HTTPS certificate", set_host_names},
    Setting{"region", false, "Region shown in answers; default cn-north-1", set_region},
    Setting{"node_id", false, "0 to 1023; services with different numbers never make the same CertID; default 0",
            [](Config& c, const std::string& t) { return set_number(c.node_id, t, 0, 1023); }},
    Setting{"log_level", false, "debug, info (default), warning or error",
            [](Config& c, const std::string& t) {
              return set_one_of(c.log_level, t, {"debug", "info", "warning", "error"});
            },
            true},
    Setting{"worker_threads", false, "Threads that work on requests; default 64",
            [](Config& c, const std::string& t) { return set_number(c.limits.worker_threads, t, 1, 1024); }},
    Setting{"max_connections", false, "How many connections may be open at once; default 4096",
            [](Config& c, const std::string& t) { return set_number(c.limits.connections, t, 1, 1'000'000); }},
    Setting{"max_body_bytes", false, "Bytes of the longest request body; default 2097152",
            [](Config& c, const std::string& t) { return set_number(c.limits.body_bytes, t, 1024, 64 * kMiB); }},
    Setting{"max_bodies_bytes", false, "Bytes of memory for all request bodies together; default 268435456",
            [](Config& c, const std::string& t) {
              return set_number(c.limits.bodies_in_flight_bytes, t, kMiB, 65536 * kMiB);
            }},
    Setting{"header_timeout", false, "Seconds within which a request's head must arrive; default 10",
            [](Config& c, const std::string& t) { return set_seconds(c.limits.header_time, t, 600); }},
    Setting{"body_timeout", false, "Seconds within which a request's body must arrive; default 20",
            [](Config& c, const std::string& t) { return set_seconds(c.limits.body_time, t, 3600); }},
    Setting{"idle_timeout", false, "Seconds that a connection may wait for its next request; default 75",
            [](Config& c, const std::string& t) { return set_seconds(c.limits.idle_time, t, 3600); }},
    Setting{"answer_timeout", false, "Seconds until a request is answered with a timeout; default 4",
            [](Config& c, const std::string& t) { return set_seconds(c.limits.answer_time, t, 600); }},
};

// The settings that a file may give as lists.
constexpr std::array<std::string_view, 4> kLists{"host_names", "insecure_fetch_ports", "edge_roots",
                                                 "proxy_protocol_from"};

Result<void> apply(Config& config, const std::string& name, const std::string& text, const std::string& shown_as) {
  const auto* const setting = std::ranges::find(kSettings, name, &Setting::name);
  if (setting == kSettings.end()) return configuration_error(shown_as + " is not a setting; see docs/configuration.md");
  if (auto set = setting->set(config, text); !set) return configuration_error(shown_as + " " + set.error().message);
  config.texts[name] = text;
  return {};
}

// A TOML value in the text form that flags have; nullopt for tables, dates and floats.
std::optional<std::string> to_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  const toml::array* list = node.as_array();
  if (list == nullptr) return std::nullopt;
  std::string joined;
  for (const toml::node& item : *list) {
    const auto* text = item.as_string();
    const auto* number = item.as_integer();
    if (text == nullptr && number == nullptr) return std::nullopt;
    joined += (joined.empty() ? "" : ",") + (text != nullptr ? text->get() : std::to_string(number->get()));
  }
  return joined;
}

Result<void> apply_file(Config& config, const std::filesystem::path& file) {
  toml::table table;
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    return configuration_error(file.string() + " is a directory, not a file");
  try {
    table = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    const auto line = error.source().begin.line;
    return configuration_error(file.string() + (line > 0 ? " line " + std::to_string(line) : "") + ": " +
                               std::string(error.description()));
  }
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (name == "edge") {
      auto edges = read_edges(node);
      if (!edges) return configuration_error(file.string() + ": " + edges.error().message);
      config.edges = *std::move(edges);
      continue;
    }
    const std::string shown_as = file.string() + ": " + name;
    const bool fits = !node.is_array() || std::ranges::find(kLists, name) != kLists.end();
    const auto text = fits ? to_text(node) : std::nullopt;
    if (!text)
      return configuration_error(shown_as + " must be a string, a whole number, true or false, or a list of strings");
    TRY(apply(config, name, *text, shown_as));
  }
  return {};
}

}  // namespace

std::span<const Setting> settings() {
  return kSettings;
}

std::string flag_of(const Setting& setting) {
  std::string flag = "--" + std::string(setting.name);
  std::ranges::replace(flag, '_', '-');
  return flag;
}

Result<Config> load_config(const std::filesystem::path& file,
                           const std::vector<std::pair<std::string, std::string>>& flags) {
  Config config;
  if (!file.empty()) TRY(apply_file(config, file));
  for (const auto& [name, text] : flags) {
    std::string shown_as = "--" + name;
    std::ranges::replace(shown_as, '_', '-');
    TRY(apply(config, name, text, shown_as));
  }
  if (config.data_dir.empty())
    return configuration_error("--data-dir is required: the directory of the embedded store");
  if (!config.http && !config.https) config.http = net::Endpoint{"127.0.0.1", 8080};
  if (config.http && !config.http->is_loopback() && !config.insecure_http) {
    return configuration_error(
        "plain HTTP on " + config.http->to_string() +
        " would send private keys over the network unencrypted; use HTTPS there, or set insecure_http");
  }
  TRY(check_edge_roots(config));
  if (config.limits.bodies_in_flight_bytes < config.limits.body_bytes) {
    return configuration_error("max_bodies_bytes must be at least max_body_bytes");
  }
  return config;
}

Result<Reload> take_over(const Config& running, const Config& read) {
  Reload reload{running, {}, {}};
  const auto text_of = [](const Config& config, const std::string& name) {
    const auto found = config.texts.find(name);
    return found == config.texts.end() ? std::nullopt : std::optional(found->second);
  };
  for (const Setting& setting : kSettings) {
    const std::string name(setting.name);
    if (text_of(running, name) == text_of(read, name)) continue;
    (setting.reloads ? reload.taken : reload.restarts).push_back(name);
    // What waits for a restart is named at every reload until then.
    if (!setting.reloads) continue;
    reload.config.texts.erase(name);
    if (const auto text = text_of(read, name)) reload.config.texts[name] = *text;
  }
  if (running.edges != read.edges) reload.taken.emplace_back("edge");
  reload.config.edges = read.edges;
  reload.config.edge_roots = read.edge_roots;
  reload.config.put_back = read.put_back;
  reload.config.no_delivery = read.no_delivery;
  reload.config.proof_interval = read.proof_interval;
  reload.config.rate_limit = read.rate_limit;
  reload.config.log_level = read.log_level;
  TRY(check_edge_roots(reload.config));
  return reload;
}

}  // namespace livecert::app
