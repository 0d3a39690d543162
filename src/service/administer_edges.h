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

// Adds an edge, or replaces an added edge with the same name. It refuses everything that edge::admit() refuses, and the
// names of the configuration file: only that file can set these. An operator who writes that file may run programs
// anyway; a holder of an access key may not. It also refuses the folder or socket of another edge, even one that was
// just added, and another place for the files of the edge that it replaces. In a stopped store the roots are unknown,
// and the service checks them when it starts. Errors: kInvalidInput with the wrong member, or the fault of the folder;
// those of submit().
[[nodiscard]] base::Result<edge::Definition> create_edge(Services& services, const Context& context,
                                                         const edge::Members& members);
// Deletes an edge that was added, with its receipts. Its files stay as they are; with `withdraw`, everything that was
// written is first taken back. Errors: kNotFound; kDeadlineExceeded when something is left to take back, and the edge
// then stays; those of submit().
[[nodiscard]] base::Result<void> delete_edge(Services& services, const Context& context, const std::string& name,
                                             bool withdraw);

// The edges that this process delivers to, in their order; empty in a stopped store.
[[nodiscard]] std::vector<edge::EdgeStatus> list_edges(Services& services);

// Whether the text of a stored edge can be read. The users and groups that it names may be another machine's.
// kConfiguration with the wrong member.
[[nodiscard]] base::Result<void> check_stored_edge(const std::string& definition);

// A stored edge that gets nothing, with the reason.
[[nodiscard]] edge::EdgeStatus refused_edge(edge::Definition definition, const std::string& reason);

// The added edges that may be delivered to with these roots; the others stay in the store, and are in `refused`.
struct AddedEdges {
  std::vector<edge::Definition> definitions;
  std::vector<edge::EdgeStatus> refused;  // with the reason as their failure
  bool operator==(const AddedEdges&) const = default;
};
[[nodiscard]] base::Result<AddedEdges> added_edges(Services& services, std::span<const std::filesystem::path> roots);
[[nodiscard]] AddedEdges added_edges(const std::vector<store::StoredEdge>& stored,
                                     std::span<const std::filesystem::path> roots);

}  // namespace livecert::service
