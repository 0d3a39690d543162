#pragma once

#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/check.h"

namespace livecert::test {

inline constexpr uid_t kNobody = 65534;

// The process is not root while this exists, whichever user runs the test.
class WithoutPrivileges {
 public:
  WithoutPrivileges() : user_(::geteuid()), group_(::getegid()) {
    if (user_ != 0) return;
    LIVECERT_CHECK(::setegid(kNobody) == 0 && ::seteuid(kNobody) == 0);
  }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;
  ~WithoutPrivileges() {
    if (user_ != 0) return;
    LIVECERT_CHECK(::seteuid(user_) == 0 && ::setegid(group_) == 0);
  }

 private:
  uid_t user_;
  gid_t group_;
};

}  // namespace livecert::test
