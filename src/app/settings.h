#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/language.h"
#include "base/result.h"

namespace livecert::app {

struct Config;

// How a setting is read and shown, and where it is in Config.
struct SettingForm {
  enum class Kind : std::uint8_t { kValue, kList, kSwitch };  // a file may give a list as an array; a switch is a flag
  Kind kind;
  std::string_view placeholder;          // such as ADDR:PORT or info|error
  std::string (*range)(base::Language);  // "1 to 1000"; empty if the placeholder says it all
  base::Result<void> (*read)(Config&, const std::string& text);
  std::string (*show)(const Config&);  // the inverse of reading
  void (*copy)(const Config& from, Config& to);
};

// One setting: the same name in the TOML file (with `_`) and as a flag (with `-`), the same text form in both. The
// parser, its messages, `serve --help` and the tables of docs/configuration.md come from its row; its default is what
// Config begins with.
struct Setting {
  std::string_view name;  // with `_`
  base::Bilingual help;   // neither the default nor the range
  SettingForm form;
  bool reloads = false;                    // a running service can apply another value
  base::Bilingual unset = {"none", "无"};  // what an empty default means
  bool is_required = false;
};

[[nodiscard]] std::span<const Setting> settings();
[[nodiscard]] const Setting* find_setting(std::string_view name);  // nullptr: there is none
// The name as a flag: `--data-dir`.
[[nodiscard]] std::string flag_of(const Setting& setting);
// The text that is the same as no text; empty: unset_of() says what holds then.
[[nodiscard]] std::string default_of(const Setting& setting);
[[nodiscard]] base::Bilingual unset_of(const Setting& setting);
// The help with default and range: "Threads that work on requests (default 64; 1 to 1024)".
[[nodiscard]] std::string help_of(const Setting& setting, base::Language language);

}  // namespace livecert::app
