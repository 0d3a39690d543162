#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "edge/definition.h"

namespace livecert::edge {

// One member of a definition, as a configuration names it. edge/drivers/kinds.h knows which kinds have it.
struct MemberRow {
  std::string_view name;
  bool is_list;
  base::Result<void> (*set)(Definition&, const std::vector<std::string>& values);
  bool is_flag = false;  // its text is "true" or "false"
};

// Every member, in the order of docs/edges.md.
[[nodiscard]] std::span<const MemberRow> members();

// The texts of a configuration: names with `_`, lists with their elements in order.
using Members = std::vector<std::pair<std::string, std::vector<std::string>>>;

// kConfiguration with one sentence: an unknown member, a missing one, one that the kind does not have, a value out of
// its set, a user or group that does not exist.
[[nodiscard]] base::Result<Definition> parse_definition(const Members& members);

}  // namespace livecert::edge
