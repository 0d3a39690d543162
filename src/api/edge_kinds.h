#pragma once

#include <string>
#include <string_view>

namespace livecert::api {

// The kinds of edge that CreateEdge accepts, with `separator` between their names.
[[nodiscard]] std::string edge_kinds(std::string_view separator);
// Only the kinds with a member of this name, as the configuration file spells it.
[[nodiscard]] std::string edge_kinds_with(std::string_view member, std::string_view separator);

}  // namespace livecert::api
