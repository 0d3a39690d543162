#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "domain/receipt.h"

// Until when an edge's receipts were seen is kept as a setting: there are as many as edges, and every format of the
// store has settings, so that this needs no other format. Earlier releases do not read it.
namespace livecert::store::sql {

// The setting of that edge.
[[nodiscard]] std::string edge_seen_setting(const std::string& edge);

// The time in microseconds, a space, the word of the evidence, a line break, and the epoch.
[[nodiscard]] base::Bytes to_setting(const domain::EdgeSeen& seen);
// nullopt: it has another form, and says nothing.
[[nodiscard]] std::optional<domain::EdgeSeen> parse_edge_seen(const std::string& edge, base::ByteView value);

}  // namespace livecert::store::sql
