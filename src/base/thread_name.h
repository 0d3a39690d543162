#pragma once

#include <cstddef>

namespace livecert::base {

// The longest name that Linux keeps.
inline constexpr std::size_t kThreadNameLength = 15;

namespace detail {
void set_thread_name(const char* name);
}

// Names the calling thread, as `top -H` and debuggers show it.
template <std::size_t Size>
void name_this_thread(const char (&name)[Size]) {
  static_assert(Size <= kThreadNameLength + 1, "the system would not take a longer name");
  detail::set_thread_name(name);
}

}  // namespace livecert::base
