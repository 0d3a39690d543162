#include "edge/drivers/parse_definition.h"

#include <algorithm>

#include "edge/drivers/kinds.h"

namespace livecert::edge {
namespace {

using base::Result;
using Values = std::vector<std::string>;

base::Error not_a_definition(std::string what) {
  return {base::ErrorCode::kConfiguration, std::move(what)};
}

Result<void> set(Definition& definition, const std::string& name, const Values& values) {
  const MemberRow* const member = find_member(name);
  if (member == nullptr) return not_a_definition(name + " is not a setting of an edge; see docs/edges.md");
  const bool is_empty = values.empty() || std::ranges::any_of(values, &std::string::empty);
  if (is_empty || (member->form != MemberRow::Form::kList && values.size() != 1))
    return not_a_definition(name + " must not be empty");
  // To the system a text ends there: it would look at less than what is kept.
  const bool has_zero =
      std::ranges::any_of(values, [](const std::string& value) { return value.find('\0') != std::string::npos; });
  if (has_zero) return not_a_definition(name + " holds a zero byte");
  if (auto done = member->set(definition, values); !done) return not_a_definition(name + " " + done.error().message);
  return {};
}

Result<void> check_kind(const Definition& definition, const Members& members) {
  for (const auto& [name, values] : members) {
    if (has_member(definition.kind, *find_member(name))) continue;
    return not_a_definition(name + " is not a setting of the kind " + std::string(to_text(definition.kind)));
  }
  return {};
}

Result<void> check_complete(const Definition& definition) {
  if (definition.name.empty()) return not_a_definition("name is missing");
  const KindRow& row = row_of(definition.kind);
  const auto needs = [&](std::string_view what) {
    return not_a_definition("the kind " + std::string(row.name) + " needs " + std::string(what));
  };
  for (const MemberRow& member : members()) {
    if (member.is_required && has_member(row.kind, member) && member.show(definition).empty())
      return needs(member.name);
  }
  if (const auto missing = row.find_missing(definition)) return needs(*missing);
  return {};
}

}  // namespace

Result<Definition> parse_definition(const Members& members) {
  Definition definition;
  const auto kind = std::ranges::find(members, "kind", &Members::value_type::first);
  if (kind == members.end()) return not_a_definition("kind is missing: " + kinds_in_words());
  for (const auto& [name, values] : members) TRY(set(definition, name, values));
  TRY(check_kind(definition, members));
  TRY(check_complete(definition));
  return definition;
}

}  // namespace livecert::edge
