#include "base/secret.h"

#include <cstring>

namespace livecert::base {

void wipe(void* data, std::size_t size) {
  if (size != 0) ::explicit_bzero(data, size);
}

// Never inlined: its own frame must lie where the frames of the functions that just returned lay.
[[gnu::noinline]] void wipe_dead_stack() {
  constexpr std::size_t kDepth = 96UL * 1024;
  char dead[kDepth];
  ::explicit_bzero(dead, sizeof dead);
}

}  // namespace livecert::base
