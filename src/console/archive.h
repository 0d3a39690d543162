#pragma once

#include <string_view>

namespace livecert::console {

// What tools/pack-console made, as part of the program.
[[nodiscard]] std::string_view archive();

}  // namespace livecert::console
