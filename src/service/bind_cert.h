#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

struct BindCertInput {
  std::string chain_id;
  std::string domain;
  domain::TlsSwitches tls;
};

struct BindCertOutput {
  std::vector<std::string> warnings;  // why some clients do not accept the chain (x509/issuer_link.h)
};

// Makes a domain use a chain instead of its former one, or changes its options. Errors: kOutOfRange and kInvalidInput
// for an invalid domain name, versions in the wrong order, a certificate that does not fit the domain now, and a key
// whose signature does not verify with it; kNotFound, which says how to add a domain; kForeignResource,
// kProjectForbidden, kAccountInactive; kConflict when the chain keeps changing; kInternal when the key cannot be
// opened; kStoreFailure, kOutcomeUnknown, kDeadlineExceeded.
[[nodiscard]] base::Result<BindCertOutput> bind_cert(Services& services, const Context& context,
                                                     const BindCertInput& input);

}  // namespace livecert::service
