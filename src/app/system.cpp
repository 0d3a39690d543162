#include "app/system.h"

#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/wiping_memory.h"
#include "net/wiping_openssl.h"
#include "store/sqlite/wiping_sqlite.h"

namespace livecert::app {
namespace {

constexpr int kCannotExecute = 126;

}  // namespace

void open_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // This is the lowest free number. It is opened in the wrong direction, so that code that relies on it gets an
    // error.
    const int direction = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (::open("/dev/null", direction) < 0 && ::open("/", O_PATH) < 0) ::_exit(kCannotExecute);
  }
}

void harden_process() {
  base::install_wiping_allocator();
  net::install_wiping_openssl_allocator();
  store::sqlite::install_wiping_sqlite_allocator();
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  ::umask(S_IRWXG | S_IRWXO);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace livecert::app
