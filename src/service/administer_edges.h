#pragma once

#include <string>
#include <vector>

#include "edge/definition.h"
#include "edge/fleet.h"
#include "service/context.h"

namespace livecert::service {

// Adds an edge, or replaces the one of that name that was added so. What runs a command, or stands in the configuration
// file, can only be set there: who may write that file may run programs anyway, who holds an access key may not.
// Errors: kInvalidInput with the member that is wrong, those of submit().
[[nodiscard]] base::Result<edge::Definition> create_edge(Services& services, const Context& context,
                                                         const edge::Members& members);
// What it serves stays as it is; livecert just does not care any more. Errors: kNotFound, those of submit().
[[nodiscard]] base::Result<void> delete_edge(Services& services, const Context& context, const std::string& name);

// Those that this process delivers to, in their order; none in a stopped store.
[[nodiscard]] std::vector<edge::EdgeStatus> list_edges(Services& services);

// Those that were added, as far as they can be understood here; the others in `problems`, one sentence each.
struct AddedEdges {
  std::vector<edge::Definition> definitions;
  std::vector<std::string> problems;
};
[[nodiscard]] base::Result<AddedEdges> added_edges(Services& services);

}  // namespace livecert::service
