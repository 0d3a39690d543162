#pragma once

#include <cstddef>

namespace livecert::x509 {

// Of the DNS names of a certificate, and of its IP addresses, so many may be there. One more is read, to tell.
inline constexpr std::size_t kMaxNames = 10'000;

}  // namespace livecert::x509
