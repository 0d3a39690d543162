#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace livecert::base {

// RFC 3339 with seconds and no fractions, in UTC or with an offset such as +08:00; nullopt for anything else.
[[nodiscard]] std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace livecert::base
