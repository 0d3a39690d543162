#pragma once

#include "base/result.h"
#include "edge/definition.h"
#include "edge/drivers/members.h"

namespace livecert::edge {

// kConfiguration with one sentence: an unknown member, a missing one, one that the kind does not have, a value out of
// its set, a user or group that does not exist.
[[nodiscard]] base::Result<Definition> parse_definition(const Members& members);

}  // namespace livecert::edge
