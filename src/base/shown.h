#pragma once

#include <string>
#include <string_view>

namespace livecert::base {

// Outside text in a form that messages and the log may show: printable ASCII, `?` for other bytes, at most 64
// characters. A longer text is cut: it cannot be a name, and may be a secret in the wrong place.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace livecert::base
