#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

struct NewDomain {
  std::string name;
  std::string type = std::string(domain::kDefaultDomainType);
  std::string region = std::string(domain::kDefaultRegion);
  std::optional<std::string> chain_id = {};  // to use from the start, with HTTPS off
};

struct CreateDomainsInput {
  std::optional<std::string> vhost;  // absent: a separate one for each
  std::optional<std::string> project;
  std::vector<NewDomain> domains;
  std::vector<domain::Tag> tags;  // of each domain; at most 4 KiB together
};

// Makes all of the domains or none. A domain that already exists as requested is not an error. Errors: kOutOfRange and
// kInvalidInput for a name, a vhost, tags, a repeated name or tag, a domain that exists with other properties, a vhost
// that would be too full, and a certificate that does not fit its domain; kNotFound for the project or a chain;
// kForeignResource, kProjectForbidden, kAccountInactive, kConflict, kStoreFailure, kOutcomeUnknown, kDeadlineExceeded.
[[nodiscard]] base::Result<void> create_domains(Services& services, const Context& context,
                                                const CreateDomainsInput& input);

}  // namespace livecert::service
