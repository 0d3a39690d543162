#pragma once

#include <string_view>

namespace livecert::console {

// The archive that tools/pack-console made, which is part of the program.
[[nodiscard]] std::string_view archive();

}  // namespace livecert::console
