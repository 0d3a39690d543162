#pragma once

#include <string>
#include <string_view>

namespace livecert::cli {

// What somebody at a terminal can do about an error code of the API; empty when its message says it all.
[[nodiscard]] std::string hint_for(std::string_view code);

// The same about a request that got no answer, by what the TLS library says of it.
[[nodiscard]] std::string hint_without_answer(std::string_view failure);

}  // namespace livecert::cli
