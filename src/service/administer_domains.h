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

// Gives it to another account, into its `default` project and without its binding, whoever has it now: for callers that
// administer.
[[nodiscard]] base::Result<void> move_domain(Services& services, const Context& context, const std::string& domain,
                                             const std::string& account_id);

}  // namespace livecert::service
