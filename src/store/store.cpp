#include "store/store.h"

#include <utility>

namespace livecert::store {

std::optional<domain::Reason> Outcome::reason() const {
  if (!refusal) return std::nullopt;
  return refusal->reason;
}

std::optional<domain::Subject> Outcome::subject() const {
  if (!refusal) return std::nullopt;
  return refusal->subject;
}

Outcome refused(domain::Refusal refusal) {
  Outcome outcome{OutcomeKind::kRefused};
  outcome.refusal = std::move(refusal);
  return outcome;
}

}  // namespace livecert::store
