#include "service/submit.h"

#include <utility>

#include "service/outcome_error.h"

namespace livecert::service {

Context own_context(Services& services, std::string action) {
  constexpr auto kTimeToStore = std::chrono::seconds(30);
  Context context;
  context.action = std::move(action);
  context.at = services.clock.now();
  context.deadline = services.clock.steady_now() + kTimeToStore;
  return context;
}

base::Result<void> submit(Services& services, const Context& context, store::Command command) {
  const store::Outcome outcome = services.store.submit(context, std::move(command)).wait();
  if (!took_effect(outcome)) return to_error(outcome);
  return {};
}

}  // namespace livecert::service
