#include "store/commands/commands.h"

#include "store/commands/each.h"

namespace livecert::store::commands {

base::Result<Outcome> apply(Rows& rows, const Context& context, const Command& command) {
  return std::visit([&](const auto& one) { return apply_one(rows, context, one); }, command);
}

}  // namespace livecert::store::commands
