#pragma once

#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// The chain of that id with its current version, if the caller may see it. Errors: kNotFound for an unknown id,
// kForeignResource for another account's, kProjectForbidden outside the projects of the caller's key, kStoreFailure.
[[nodiscard]] base::Result<domain::ChainDetail> find_own_chain(Services& services, const domain::Caller& caller,
                                                               const std::string& chain_id);

// The same for one version, by its CertID.
[[nodiscard]] base::Result<domain::ChainDetail> find_own_version(Services& services, const domain::Caller& caller,
                                                                 const std::string& cert_id);

}  // namespace livecert::service
