#pragma once

#include <vector>

#include "base/result.h"
#include "edge/definition.h"

namespace toml {
inline namespace v3 {
class node;
}
}  // namespace toml

namespace livecert::app {

// The `[[edge]]` tables of the configuration file. kConfiguration with one sentence that names the edge by its place.
[[nodiscard]] base::Result<std::vector<edge::Definition>> read_edges(const toml::node& node);

}  // namespace livecert::app
