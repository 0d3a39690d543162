#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "edge/definition.h"
#include "edge/driver.h"
#include "edge/drivers/caddy_driver.h"
#include "edge/drivers/members.h"

namespace livecert::edge {

// The things that a driver gets from the process in addition to its definition.
struct Surroundings {
  // Returns the orders that a server of this kind is answered from.
  std::function<base::Result<std::shared_ptr<CaddyOrders>>(const Definition&)> open_orders;
  std::string store = {};  // the store whose mark folders get (edge/drivers/claim.h); empty: none
};

// All that the project knows about one kind of edge. Messages, the API and the command line print their lists from
// these rows.
struct KindRow {
  Kind kind;
  std::string_view name;
  // What the definition lacks beside the members that its kind requires (edge/drivers/members.h).
  std::optional<std::string_view> (*find_missing)(const Definition&);
  base::Result<std::unique_ptr<Driver>> (*make)(const Definition&, const Surroundings&);
  // Whether `make` would refuse the definition: kConfiguration. Touches no file.
  base::Result<void> (*check)(const Definition&);
};

// Every kind, in the order in which lists name them.
[[nodiscard]] std::span<const KindRow> kinds();
[[nodiscard]] const KindRow& row_of(Kind kind);
[[nodiscard]] const KindRow* find_kind(std::string_view name);  // nullptr: there is no such kind
[[nodiscard]] std::string_view to_text(Kind kind);

// The name of the processes that serve it; empty: any may.
[[nodiscard]] std::string_view program_of(Kind kind);

// "nginx, haproxy, srs, files or caddy".
[[nodiscard]] std::string kinds_in_words();
// The names of the kinds, or only of those that take the member.
[[nodiscard]] std::string join_kinds(std::string_view separator);
[[nodiscard]] std::string join_kinds_with(const MemberRow& member, std::string_view separator);

// The driver of an edge; the one of an added edge marks its folder first (edge/drivers/claim.h). kConfiguration when it
// cannot be used at all (for example a relative path); a fault that may end by itself, such as a missing folder, shows
// in the driver's calls. Also the errors of Surroundings.
[[nodiscard]] base::Result<std::unique_ptr<Driver>> make_driver(const Definition& definition,
                                                                const Surroundings& surroundings);

}  // namespace livecert::edge
