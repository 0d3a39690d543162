#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

struct CertVersion {
  domain::VersionSummary summary;
  std::vector<std::string> dns_names;
  std::string fingerprint;  // SHA-256 of the leaf in lower-case hexadecimal
};

struct ListVersionsOutput {
  base::ChainId chain;
  std::vector<CertVersion> versions;  // newest first
};

// The kept versions of a chain. Errors: those of find_own_chain(), kInternal.
[[nodiscard]] base::Result<ListVersionsOutput> list_versions(Services& services, const Context& context,
                                                             const std::string& chain_id);

}  // namespace livecert::service
