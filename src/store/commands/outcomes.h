#pragma once

#include <utility>
#include <variant>

#include "base/result.h"
#include "domain/decision.h"
#include "store/command.h"

// Turns a decision into an outcome.
namespace livecert::store::commands {

[[nodiscard]] inline Outcome to_outcome(domain::Effect effect) {
  return {effect == domain::Effect::kWrite ? OutcomeKind::kDone : OutcomeKind::kConverged};
}

// For commands with only one effect. `write` runs for Effect::kWrite and returns Result<void>.
template <typename Write>
[[nodiscard]] base::Result<Outcome> carry_out(domain::Decision<domain::Effect> decision, const Write& write) {
  if (auto* refusal = std::get_if<domain::Refusal>(&decision)) return refused(std::move(*refusal));
  const domain::Effect effect = std::get<domain::Effect>(decision);
  if (effect == domain::Effect::kWrite) TRY(write());
  return to_outcome(effect);
}

}  // namespace livecert::store::commands
