#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "edge/definition.h"
#include "edge/delivery/status.h"
#include "edge/drivers/parse_definition.h"
#include "service/context.h"

namespace livecert::service {

// Adds an edge, or replaces the one of that name that was added so. What edge::admit() refuses, or stands in the
// configuration file, can only be set there: who may write that file may run programs anyway, who holds an access key
// may not. Another edge's folder or socket is refused, also when that one was added a moment ago. In a stopped store,
// where nobody knows the roots, the service decides about them when it starts. Errors: kInvalidInput with the member
// that is wrong, or what is wrong with the folder; those of submit().
[[nodiscard]] base::Result<edge::Definition> create_edge(Services& services, const Context& context,
                                                         const edge::Members& members);
// Deletes an edge that was added, with its receipts. Its files stay as they are; with `withdraw` everything that was
// written is taken back first. Errors: kNotFound; kDeadlineExceeded when something is left to be taken back, and the
// edge stays; those of submit().
[[nodiscard]] base::Result<void> delete_edge(Services& services, const Context& context, const std::string& name,
                                             bool withdraw);

// Those that this process delivers to, in their order; none in a stopped store.
[[nodiscard]] std::vector<edge::EdgeStatus> list_edges(Services& services);

// An edge that stays where it is known and gets nothing, and why.
[[nodiscard]] edge::EdgeStatus refused_edge(edge::Definition definition, const std::string& reason);

// Those that were added and may be delivered to with these roots; the others stay in the store, and in `refused`.
struct AddedEdges {
  std::vector<edge::Definition> definitions;
  std::vector<edge::EdgeStatus> refused;  // with the reason as their failure
  bool operator==(const AddedEdges&) const = default;
};
[[nodiscard]] base::Result<AddedEdges> added_edges(Services& services, std::span<const std::filesystem::path> roots);

}  // namespace livecert::service
