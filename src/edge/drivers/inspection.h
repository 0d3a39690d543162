#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "edge/definition.h"

// What can be said about an edge's files without writing any.
namespace livecert::edge {

// Whether the edge's folder is there, keeps to the rules, can be written and is not another store's (`store` may be
// empty). kUpstreamFailure with what is wrong and the remedy.
[[nodiscard]] base::Result<void> inspect_place(const Definition& definition, const std::string& store);

// Why the server's processes may not read what lies there for the domain: which user, which file or folder, and the
// remedy. nullopt: they may, or nobody knows which processes they are. Only for kinds whose server reads with the
// rights of its own user: nginx and SRS.
[[nodiscard]] std::optional<std::string> explain_unreadable(const Definition& definition, const std::string& domain);

}  // namespace livecert::edge
