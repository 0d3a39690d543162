#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

// Projects of an account, as the root account administers them. Effective at once.
namespace livecert::service {

// kInvalidInput for a name that is taken or malformed, kNotFound for an unknown account.
[[nodiscard]] base::Result<domain::Project> create_project(Services& services, const Context& context,
                                                           const std::string& account_id, const std::string& name);

// `default` first. kNotFound for an unknown account.
[[nodiscard]] base::Result<std::vector<domain::Project>> list_projects(Services& services,
                                                                       const std::string& account_id);

}  // namespace livecert::service
