#pragma once

#include <string>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Of a write that nobody asked for over the API: no caller, and thirty seconds to be begun in.
[[nodiscard]] Context own_context(Services& services, std::string action);

// Submits a command whose outcome says no more than that it took effect.
[[nodiscard]] base::Result<void> submit(Services& services, const Context& context, store::Command command);

}  // namespace livecert::service
