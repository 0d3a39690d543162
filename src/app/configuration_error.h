#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace livecert::app {

// An error in an operator's input, as one sentence.
inline base::Error configuration_error(std::string what) {
  return {base::ErrorCode::kConfiguration, std::move(what)};
}

}  // namespace livecert::app
