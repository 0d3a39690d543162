#pragma once

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Submits a command whose outcome says no more than that it took effect.
[[nodiscard]] base::Result<void> submit(Services& services, const Context& context, store::Command command);

}  // namespace livecert::service
