#pragma once

#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

struct RenameCertOutput {
  base::ChainId chain;
  std::string domain;  // as CreateCertOutput::domain
};

// Gives a chain another name and changes nothing else. Errors: kNotFound, kForeignResource, kProjectForbidden,
// kAccountInactive, kConflict, kStoreFailure, kOutcomeUnknown, kDeadlineExceeded.
[[nodiscard]] base::Result<RenameCertOutput> rename_cert(Services& services, const Context& context,
                                                         const std::string& chain_id, const std::string& name);

}  // namespace livecert::service
