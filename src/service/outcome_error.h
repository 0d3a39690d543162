#pragma once

#include "base/error.h"
#include "store/store.h"

namespace livecert::service {

// Why a command did not take effect, in words for the client: the one place where outcomes of the store become errors.
// The outcome must not be kDone or kConverged.
[[nodiscard]] base::Error to_error(const store::Outcome& outcome);

}  // namespace livecert::service
