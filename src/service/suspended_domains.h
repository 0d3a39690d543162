#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "edge/delivery/status.h"
#include "service/context.h"

namespace livecert::service {

// The domains of one suspended account that an edge has to serve. It goes on serving them as they were bound, and the
// account's keys can change nothing.
struct SuspendedDomains {
  base::AccountId account;
  std::string account_name;
  std::size_t domains = 0;
};

// By the edge's name; edges without such domains are not there. Reads nothing but the accounts while none is suspended.
// Errors: kStoreFailure.
[[nodiscard]] base::Result<std::map<std::string, std::vector<SuspendedDomains>>> find_suspended_domains(
    Services& services, const std::vector<edge::EdgeStatus>& edges);

}  // namespace livecert::service
