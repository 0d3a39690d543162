#include "edge/drivers/kinds.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "edge/drivers/claim.h"
#include "edge/drivers/drivers.h"

namespace livecert::edge {
namespace {

using Missing = std::optional<std::string_view>;
using Made = base::Result<std::unique_ptr<Driver>>;

constexpr std::array<std::string_view, 4> kNginxMembers{"directory", "mode", "owner", "group"};
constexpr std::array<std::string_view, 5> kHaproxyMembers{"directory", "socket", "mode", "owner", "group"};
constexpr std::array<std::string_view, 4> kSrsMembers{"file", "mode", "owner", "group"};
constexpr std::array<std::string_view, 6> kFilesMembers{"directory", "mode", "owner", "group", "layout", "command"};

Missing needs_directory(const Definition& definition) {
  return definition.directory.empty() ? Missing("directory") : std::nullopt;
}

Missing needs_directory_and_socket(const Definition& definition) {
  if (definition.directory.empty()) return "directory";
  return definition.socket.empty() ? Missing("socket") : std::nullopt;
}

Missing needs_file_and_name(const Definition& definition) {
  if (definition.file.empty()) return "file";
  const std::vector<std::string>& domains = definition.selection.domains;
  const bool is_one_name = domains.size() == 1 && domains.front().find('*') == std::string::npos;
  return is_one_name ? std::nullopt : Missing("domains with exactly one name: SRS serves one certificate to everybody");
}

Missing needs_nothing(const Definition&) {
  return std::nullopt;
}

template <auto make>
Made from_definition(const Definition& definition, const Surroundings& surroundings) {
  const bool is_claimed = definition.origin == Origin::kAdded || !surroundings.store.empty();
  return is_claimed ? make_claiming_driver(definition, surroundings.store, make) : make(definition);
}

Made with_desk(const Definition& definition, const Surroundings& surroundings) {
  TRY_ASSIGN(std::shared_ptr<CaddyDesk> desk, surroundings.open_desk(definition));
  return make_caddy_driver(std::move(desk));
}

Made make_nginx(const Definition& definition) {
  return make_nginx_driver(definition);
}

constexpr std::array<KindRow, 5> kRows{{
    {Kind::kNginx, "nginx", kNginxMembers, needs_directory, from_definition<make_nginx>},
    {Kind::kHaproxy, "haproxy", kHaproxyMembers, needs_directory_and_socket, from_definition<make_haproxy_driver>},
    {Kind::kSrs, "srs", kSrsMembers, needs_file_and_name, from_definition<make_srs_driver>},
    {Kind::kFiles, "files", kFilesMembers, needs_directory, from_definition<make_files_driver>},
    {Kind::kCaddy, "caddy", {}, needs_nothing, with_desk},
}};

bool lists(const KindRow& row, std::string_view member) {
  return std::ranges::find(row.members, member) != row.members.end();
}

template <class Chosen>
std::string join(std::string_view separator, Chosen is_chosen) {
  std::string text;
  for (const KindRow& row : kRows) {
    if (!is_chosen(row)) continue;
    if (!text.empty()) text += separator;
    text += row.name;
  }
  return text;
}

}  // namespace

std::span<const KindRow> kinds() {
  return kRows;
}

const KindRow& row_of(Kind kind) {
  const auto* const found = std::ranges::find(kRows, kind, &KindRow::kind);
  LIVECERT_CHECK(found != kRows.end());
  return *found;
}

const KindRow* find_kind(std::string_view name) {
  const auto* const found = std::ranges::find(kRows, name, &KindRow::name);
  return found == kRows.end() ? nullptr : found;
}

std::string_view program_of(Kind kind) {
  return kind == Kind::kFiles ? std::string_view() : to_text(kind);
}

std::string_view to_text(Kind kind) {
  return row_of(kind).name;
}

std::string join_kinds(std::string_view separator) {
  return join(separator, [](const KindRow&) { return true; });
}

std::string join_kinds_with(std::string_view member, std::string_view separator) {
  return join(separator, [&](const KindRow& row) { return lists(row, member); });
}

std::string kinds_in_words() {
  const std::string_view last = kRows.back().name;
  std::string text = join(", ", [&](const KindRow& row) { return row.name != last; });
  return text.append(" or ").append(last);
}

bool has_member(const KindRow& row, std::string_view member) {
  const bool is_special = std::ranges::any_of(kRows, [&](const KindRow& any) { return lists(any, member); });
  return !is_special || lists(row, member);
}

base::Result<std::unique_ptr<Driver>> make_driver(const Definition& definition, const Surroundings& surroundings) {
  return row_of(definition.kind).make(definition, surroundings);
}

}  // namespace livecert::edge
