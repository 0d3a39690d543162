#include "store/store.h"

#include <future>
#include <memory>
#include <utility>

#include "base/blocking.h"

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

Outcome Store::submit(const Context& context, Command command) {
  // Owned by both sides: whoever keeps the promise may still be in set_value() when the other one has read its value.
  const auto answer = std::make_shared<std::promise<Outcome>>();
  std::future<Outcome> outcome = answer->get_future();
  const base::Blocking waiting;
  submit_async(context, std::move(command), [answer](Outcome known) { answer->set_value(std::move(known)); });
  return outcome.get();
}

}  // namespace livecert::store
