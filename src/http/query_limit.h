#pragma once

#include <cstddef>

namespace livecert::http {

// The calls of this API have a handful of parameters in their query; parse_target() takes no target with more than this
// many, before they cost anything.
inline constexpr std::size_t kMostQueryParameters = 256;

}  // namespace livecert::http
