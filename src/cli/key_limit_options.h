#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command_input.h"

namespace CLI {
class App;
}

namespace livecert::cli {

// The options that say what a new access key is limited to.
struct KeyLimitOptions {
  std::vector<std::string> projects = {};
  std::vector<std::string> domains = {};
  std::string expires_in = {};

  void add_to(CLI::App& command);
  // Writes the members of the request. Error: kConfiguration for a time that is not one.
  [[nodiscard]] base::Result<void> write(JsonWriter& json) const;
};

}  // namespace livecert::cli
