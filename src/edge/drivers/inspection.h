#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "edge/definition.h"

// Checks of an edge's files that write nothing.
namespace livecert::edge {

// Whether the edge's folder is there, keeps to the rules, can be written and is not another store's (`store` may be
// empty). kUpstreamFailure with what is wrong and the remedy.
[[nodiscard]] base::Result<void> inspect_place(const Definition& definition, const std::string& store);

// Says why the server's processes may not read the domain's files: the user, the file or folder, and the remedy.
// nullopt if they may, or if it is unknown which processes they are. Only for kinds whose server reads with the rights
// of its own user: nginx and SRS.
[[nodiscard]] std::optional<std::string> explain_unreadable(const Definition& definition, const std::string& domain);

// Why the server's processes could not read a file that livecert writes for this edge.
struct Closed {
  std::string text;
  std::string command;  // mends it
};
// The same for the files that are still to come, by the rights of the folder and the members of the definition. The
// calling user counts as the one that runs livecert.
[[nodiscard]] std::optional<Closed> explain_closed(const Definition& definition);

}  // namespace livecert::edge
