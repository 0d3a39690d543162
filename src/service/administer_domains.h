#pragma once

#include <string>

#include "base/result.h"
#include "service/context.h"

// Changes of one domain that is there. Errors of all: kOutOfRange and kInvalidInput for what is no domain name,
// kNotFound, kForeignResource, kProjectForbidden, kAccountInactive, kStoreFailure, kOutcomeUnknown, kDeadlineExceeded.
namespace livecert::service {

// Its binding ends with it.
[[nodiscard]] base::Result<void> delete_domain(Services& services, const Context& context, const std::string& domain);

[[nodiscard]] base::Result<void> set_domain_status(Services& services, const Context& context,
                                                   const std::string& domain, domain::DomainStatus status);

// Error also: kInvalidInput for what is no vhost, or one that is full.
[[nodiscard]] base::Result<void> set_domain_vhost(Services& services, const Context& context, const std::string& domain,
                                                  const std::string& vhost);

// Puts a pull domain into the vhost of a push domain, so that it is that one's; without a push domain into a vhost of
// its own. Errors also: kInvalidInput for domains of other types, a vhost that is full, or a push domain in the pull
// domain's own vhost.
[[nodiscard]] base::Result<void> pair_domains(Services& services, const Context& context,
                                              const std::string& pull_domain,
                                              const std::optional<std::string>& push_domain);

// Gives it to another account, into its `default` project and without its binding, whoever has it now: for callers that
// administer.
[[nodiscard]] base::Result<void> move_domain(Services& services, const Context& context, const std::string& domain,
                                             const std::string& account_id);

}  // namespace livecert::service
