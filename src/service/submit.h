#pragma once

#include <string>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// The context of a write without an API caller: it must start within thirty seconds.
[[nodiscard]] Context own_context(Services& services, std::string action);

// Submits a command whose outcome only says that it took effect.
[[nodiscard]] base::Result<void> submit(Services& services, const Context& context, store::Command command);

}  // namespace livecert::service
