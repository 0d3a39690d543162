#pragma once

#include <string>

#include "base/result.h"
#include "service/context.h"

// Changes to one existing domain. Errors of all: kOutOfRange and kInvalidInput for an invalid domain name, kNotFound,
// kForeignResource, kProjectForbidden, kAccountInactive, kStoreFailure, kOutcomeUnknown, kDeadlineExceeded.
namespace livecert::service {

// Also removes its binding.
[[nodiscard]] base::Result<void> delete_domain(Services& services, const Context& context, const std::string& domain);

[[nodiscard]] base::Result<void> set_domain_status(Services& services, const Context& context,
                                                   const std::string& domain, domain::DomainStatus status);

// Error also: kInvalidInput for an invalid or full vhost.
[[nodiscard]] base::Result<void> set_domain_vhost(Services& services, const Context& context, const std::string& domain,
                                                  const std::string& vhost);

// Puts a pull domain into the vhost of a push domain; without a push domain, into a separate vhost. Errors also:
// kInvalidInput for domains of other types, a full vhost, or a push domain in the pull domain's vhost.
[[nodiscard]] base::Result<void> pair_domains(Services& services, const Context& context,
                                              const std::string& pull_domain,
                                              const std::optional<std::string>& push_domain);

// Moves the domain to another account, into its `default` project and without its binding, from any owner. For
// callers that administer.
[[nodiscard]] base::Result<void> move_domain(Services& services, const Context& context, const std::string& domain,
                                             const std::string& account_id);

}  // namespace livecert::service
