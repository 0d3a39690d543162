#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

// Projects of an account, administered by the root account. Changes take effect at once.
namespace livecert::service {

// kInvalidInput for a taken or malformed name, kNotFound for an unknown account.
[[nodiscard]] base::Result<domain::Project> create_project(Services& services, const Context& context,
                                                           const std::string& account_id, const std::string& name);

// Deletes an empty project that no key is limited to. kNotFound; kInvalidInput naming what stands in the way, and for
// `default`.
[[nodiscard]] base::Result<void> delete_project(Services& services, const Context& context,
                                                const std::string& account_id, const std::string& name);

// Returns the projects, `default` first. kNotFound for an unknown account.
[[nodiscard]] base::Result<std::vector<domain::Project>> list_projects(Services& services,
                                                                       const std::string& account_id);

}  // namespace livecert::service
