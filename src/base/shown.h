#pragma once

#include <string>
#include <string_view>

namespace livecert::base {

// Text from outside, as messages and the log may show it: printable ASCII, other bytes as `?`, at most 64 of them. Of a
// longer text only the beginning is told: it is no name of anything, and may be a secret that was put into the wrong
// place.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace livecert::base
