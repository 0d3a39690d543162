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
  std::vector<std::string> warnings;  // what keeps some clients from the chain (x509/issuer_link.h)
};

// Makes a domain use a chain in place of the one it used, or changes its switches. Errors: kOutOfRange and
// kInvalidInput for what is no domain name, versions in the wrong order, a certificate that is not good for the domain
// now, and a key whose signature does not verify with it; kNotFound, which says how to add a domain; kForeignResource,
// kProjectForbidden, kAccountInactive; kConflict when the chain keeps changing; kInternal when the key cannot be
// opened; kStoreFailure, kOutcomeUnknown, kDeadlineExceeded.
[[nodiscard]] base::Result<BindCertOutput> bind_cert(Services& services, const Context& context,
                                                     const BindCertInput& input);

}  // namespace livecert::service
