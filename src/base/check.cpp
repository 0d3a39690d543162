#include "base/check.h"

#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <unistd.h>

namespace livecert::base {

void check_failed(const char* condition, const char* file, int line) {
  // If nobody reads stderr, a write could block for ever, and the process must end.
  pollfd event{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&event, 1, 0) == 1) {
    std::fprintf(stderr, "livecert: internal check failed: %s at %s:%d\n", condition, file, line);
  }
  std::abort();
}

}  // namespace livecert::base
