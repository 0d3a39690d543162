#include "base/thread_name.h"

#include <pthread.h>

namespace livecert::base::detail {

void set_thread_name(const char* name) {
  static_cast<void>(::pthread_setname_np(::pthread_self(), name));
}

}  // namespace livecert::base::detail
