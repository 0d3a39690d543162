#pragma once

#include <cstddef>

namespace livecert::http {

// Calls of this API have few parameters in their query. parse_target() refuses a target with more than this many before
// they cost anything.
inline constexpr std::size_t kMostQueryParameters = 256;

}  // namespace livecert::http
