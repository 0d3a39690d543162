#pragma once

#include "store/commands/each.h"

namespace livecert::store::commands {

// Makes the domain use the chain, and changes its receipts (law 11) and the chain that it used before (law 10)
// accordingly. `former`: the position of that chain; 0: none.
[[nodiscard]] base::Result<void> write_bind(Rows& rows, const Context& context, const Bind& command,
                                            const domain::ChainState& chain, DomainKey domain, domain::Position former);

}  // namespace livecert::store::commands
