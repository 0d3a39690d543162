#pragma once

namespace livecert::base {

// Prints the failed condition with its place and aborts. For mistakes of this program, never for input.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace livecert::base

// Aborts unless the condition holds, in every build type.
#define LIVECERT_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::livecert::base::check_failed(#condition, __FILE__, __LINE__))
