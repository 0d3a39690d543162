#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/language.h"
#include "base/result.h"
#include "edge/definition.h"

namespace livecert::edge {

// One member of a definition. The configuration file, the API, the command line and the tables of docs/edges.md have
// their members from these rows.
struct MemberRow {
  enum class Form : std::uint8_t { kText, kList, kFlag };  // a flag's text is "true" or "false"

  std::string_view name;  // as the configuration file spells it
  Form form;
  std::string_view placeholder;  // such as ADDR:PORT; several words with | between them are all that there are
  base::Bilingual help;
  std::span<const Kind> kinds;  // that take it; empty: every kind
  base::Result<void> (*set)(Definition&, const std::vector<std::string>& values);
  std::vector<std::string> (*show)(const Definition&);  // the inverse of setting; nothing: it has no value
  bool is_required = false;                             // for the kinds that take it
  bool only_in_file = false;                            // an edge that is added cannot have it (edge/admission.h)
  base::Bilingual unset = {"none", "无"};               // what it means to have no value
};

// Every member, in the order of docs/edges.md.
[[nodiscard]] std::span<const MemberRow> members();
[[nodiscard]] const MemberRow* find_member(std::string_view name);  // nullptr: there is none
[[nodiscard]] bool has_member(Kind kind, const MemberRow& member);

// The texts of a configuration: names with `_`, lists with their elements in order.
using Members = std::vector<std::pair<std::string, std::vector<std::string>>>;

// The texts that describe the edge: parse_definition() makes the same of them.
[[nodiscard]] Members members_of(const Definition& definition);

}  // namespace livecert::edge
