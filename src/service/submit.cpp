#include "service/submit.h"

#include <utility>

#include "service/outcome_error.h"

namespace livecert::service {

base::Result<void> submit(Services& services, const Context& context, store::Command command) {
  const store::Outcome outcome = services.store.submit(context, std::move(command));
  if (!took_effect(outcome)) return to_error(outcome);
  return {};
}

}  // namespace livecert::service
