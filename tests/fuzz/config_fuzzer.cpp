#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/config.h"
#include "app/settings.h"
#include "base/bytes.h"
#include "base/check.h"
#include "fuzz/memory_file.h"

namespace {

using namespace livecert;

base::Result<app::Config> load(std::string_view text) {
  const fuzz::MemoryFile file(base::as_bytes(text));
  return app::load_config(file.path(), {});
}

// A string of TOML that cannot be taken for anything else.
std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) (out += c == '"' || c == '\\' ? "\\" : "") += c;
  return out + "\"";
}

// `name=text` in the last line: a setting means the same in the file and as a flag.
void check_setting(std::string_view text) {
  const std::string_view line = text.substr(text.rfind('\n') + 1);
  const std::size_t equals = std::min(line.find('='), line.size());
  const std::string name(line.substr(0, equals));
  const std::string value(line.substr(std::min(equals + 1, line.size())));
  const bool is_known = app::find_setting(name) != nullptr;
  const bool is_plain = std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
  if (!is_known || !is_plain) return;
  const std::string data_dir = name == "data_dir" ? "" : "data_dir = \"/d\"\n";
  std::vector<std::pair<std::string, std::string>> flags{{name, value}};
  if (name != "data_dir") flags.emplace_back("data_dir", "/d");
  const auto from_file = load(data_dir + name + " = " + toml_string(value) + "\n");
  const auto from_flag = app::load_config("", flags);
  LIVECERT_CHECK(from_file.has_value() == from_flag.has_value());
}

}  // namespace

// A configuration file. An accepted one is within the limits that docs/configuration.md promises.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = base::as_text({data, size});
  check_setting(text);
  const auto config = load(text);
  if (!config) {
    LIVECERT_CHECK(config.error().code == base::ErrorCode::kConfiguration && !config.error().message.empty());
    return 0;
  }
  LIVECERT_CHECK(!config->data_dir.empty() && config->service.keep_versions >= 1 && config->node_id <= 1023);
  LIVECERT_CHECK(config->limits.worker_threads >= 1 && config->limits.connections >= 1);
  LIVECERT_CHECK(config->http || config->https);
  for (const edge::Definition& definition : config->edges) LIVECERT_CHECK(!definition.name.empty());
  return 0;
}
