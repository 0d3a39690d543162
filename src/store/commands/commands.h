#pragma once

#include "base/result.h"
#include "store/command.h"
#include "store/rows.h"

// The steps of each command inside a transaction: read, let the rules of domain/ decide, then write.
namespace livecert::store::commands {

// Runs in the open transaction of `rows`. The caller commits it, or rolls it back after an Error. Outcomes other than
// kDone have written nothing.
[[nodiscard]] base::Result<Outcome> apply(Rows& rows, const Context& context, const Command& command);

// Returns what apply() would answer; writes nothing.
[[nodiscard]] base::Result<Outcome> preview(Rows& rows, const Context& context, const PutVersion& command);
[[nodiscard]] base::Result<Outcome> preview(Rows& rows, const Context& context, const Bind& command);

}  // namespace livecert::store::commands
