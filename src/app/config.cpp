#include "app/config.h"

#include <algorithm>

#include "app/configuration_error.h"
#include "app/edge_config.h"
#include "app/settings.h"
#include "app/store_address.h"
#include "app/toml.h"
#include "base/shown.h"

namespace livecert::app {
namespace {

using base::Result;

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

Result<void> apply(Config& config, const std::string& name, const std::string& text, const std::string& shown_as) {
  const Setting* const setting = find_setting(name);
  if (setting == nullptr) return configuration_error(shown_as + " is not a setting; see docs/configuration.md");
  if (auto read = setting->form.read(config, text); !read) {
    return configuration_error(shown_as + " " + read.error().message);
  }
  config.texts[name] = text;
  return {};
}

// An element of a list with a comma in it, which would be two in the text form. Empty: there is none.
std::string element_with_comma(const toml::node& node) {
  const toml::array* const list = node.as_array();
  if (list == nullptr) return {};
  for (const toml::node& item : *list) {
    const auto* const text = item.as_string();
    if (text != nullptr && text->get().find(',') != std::string::npos) return text->get();
  }
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
    const Setting* const setting = find_setting(name);
    const bool fits = !node.is_array() || (setting != nullptr && setting->form.kind == SettingForm::Kind::kList);
    const auto text = fits ? to_text(node) : std::nullopt;
    if (!text)
      return configuration_error(shown_as + " must be a string, a whole number, true or false, or a list of strings");
    if (const std::string element = element_with_comma(node); !element.empty()) {
      return configuration_error(shown_as +
                                 " must not have a comma inside an element of the list: " + base::shown(element));
    }
    TRY(apply(config, name, *text, shown_as));
  }
  return {};
}

}  // namespace

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
  TRY(check_store_settings(config));
  if (config.https && !config.texts.contains("http")) config.http.reset();
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
  for (const Setting& setting : settings()) {
    const std::string name(setting.name);
    if (text_of(running, name) == text_of(read, name)) continue;
    (setting.reloads ? reload.taken : reload.restarts).push_back(name);
    // A setting that waits for a restart is named at every reload until then.
    if (!setting.reloads) continue;
    setting.form.copy(read, reload.config);
    reload.config.texts.erase(name);
    if (const auto text = text_of(read, name)) reload.config.texts[name] = *text;
  }
  if (running.edges != read.edges) reload.taken.emplace_back("edge");
  reload.config.edges = read.edges;
  TRY(check_edge_roots(reload.config));
  return reload;
}

}  // namespace livecert::app
