#include "edge/drivers/kinds.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "edge/drivers/claim.h"
#include "edge/drivers/drivers.h"
#include "edge/drivers/nginx_map.h"

namespace livecert::edge {
namespace {

using Missing = std::optional<std::string_view>;
using Made = base::Result<std::unique_ptr<Driver>>;

Missing needs_one_name(const Definition& definition) {
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

Made with_orders(const Definition& definition, const Surroundings& surroundings) {
  TRY_ASSIGN(std::shared_ptr<CaddyOrders> orders, surroundings.open_orders(definition));
  return make_caddy_driver(std::move(orders));
}

Made make_nginx(const Definition& definition) {
  return make_nginx_driver(definition);
}

base::Result<void> check_nginx(const Definition& definition) {
  TRY(make_nginx_map(definition.directory));
  return {};
}

base::Result<void> accept_any(const Definition&) {
  return {};
}

constexpr std::array<KindRow, 5> kRows{{
    {Kind::kNginx, "nginx", needs_nothing, from_definition<make_nginx>, check_nginx},
    {Kind::kHaproxy, "haproxy", needs_nothing, from_definition<make_haproxy_driver>, check_haproxy},
    {Kind::kSrs, "srs", needs_one_name, from_definition<make_srs_driver>, accept_any},
    {Kind::kFiles, "files", needs_nothing, from_definition<make_files_driver>, accept_any},
    {Kind::kCaddy, "caddy", needs_nothing, with_orders, accept_any},
}};

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

std::string join_kinds_with(const MemberRow& member, std::string_view separator) {
  return join(separator, [&](const KindRow& row) { return has_member(row.kind, member); });
}

std::string kinds_in_words() {
  const std::string_view last = kRows.back().name;
  std::string text = join(", ", [&](const KindRow& row) { return row.name != last; });
  return text.append(" or ").append(last);
}

base::Result<std::unique_ptr<Driver>> make_driver(const Definition& definition, const Surroundings& surroundings) {
  return row_of(definition.kind).make(definition, surroundings);
}

}  // namespace livecert::edge
