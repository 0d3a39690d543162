#pragma once

#include <cstddef>

namespace livecert::x509 {

// The most DNS names, and the most IP addresses, of a certificate. One more is read, to notice the excess.
inline constexpr std::size_t kMaxNames = 10'000;

}  // namespace livecert::x509
