#pragma once

#include "store/commands/each.h"

namespace livecert::store::commands {

// Makes the domain use the chain, with what follows for its receipts (law 11) and for the chain that it used before
// (law 10). `former`: where that was made; 0: it used none.
[[nodiscard]] base::Result<void> write_bind(Rows& rows, const Context& context, const Bind& command,
                                            const domain::ChainState& chain, DomainKey domain, domain::Position former);

}  // namespace livecert::store::commands
