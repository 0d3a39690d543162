#include "base/secret.h"

#include <cstring>

namespace livecert::base {

void wipe(void* data, std::size_t size) {
  if (size != 0) ::explicit_bzero(data, size);
}

// Never inlined: its frame must be in the memory where the functions that just returned had theirs.
[[gnu::noinline]] void wipe_dead_stack() {
  constexpr std::size_t kDepth = 96UL * 1024;
  char dead[kDepth];
  ::explicit_bzero(dead, sizeof dead);
}

}  // namespace livecert::base
