#pragma once

#include <csignal>
#include <sys/resource.h>

namespace livecert::edge {

// While this exists, files cannot grow beyond the limit, as on a full disk.
class WithFileSizeLimit {
 public:
  explicit WithFileSizeLimit(rlim_t size) : former_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &former_);
    const rlimit limit{size, former_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  WithFileSizeLimit(const WithFileSizeLimit&) = delete;
  WithFileSizeLimit& operator=(const WithFileSizeLimit&) = delete;
  ~WithFileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &former_);
    std::signal(SIGXFSZ, former_handler_);
  }

 private:
  void (*former_handler_)(int);
  rlimit former_{};
};

}  // namespace livecert::edge
