#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Reads the chain with its current version, if the caller may see it. Errors: kNotFound for an unknown id,
// kForeignResource for another account's chain, kProjectForbidden outside the projects of the caller's key,
// kStoreFailure.
[[nodiscard]] base::Result<domain::ChainDetail> find_own_chain(Services& services, const domain::Caller& caller,
                                                               const std::string& chain_id);

// The same for one version, by its CertID.
[[nodiscard]] base::Result<domain::ChainDetail> find_own_version(Services& services, const domain::Caller& caller,
                                                                 const std::string& cert_id);

// The same two without the domains that use the chain.
[[nodiscard]] base::Result<domain::ChainDetail> find_own_chain_alone(Services& services, const domain::Caller& caller,
                                                                     const std::string& chain_id);
[[nodiscard]] base::Result<domain::ChainDetail> find_own_version_alone(Services& services, const domain::Caller& caller,
                                                                       const std::string& cert_id);

// The same for a domain. Errors also: kOutOfRange and kInvalidInput for an invalid domain name.
[[nodiscard]] base::Result<store::DomainDetail> find_own_domain(Services& services, const domain::Caller& caller,
                                                                const std::string& name);

// Reads a ChainID as a client sent it. Error: kNotFound, because no chain has an id of another form.
[[nodiscard]] base::Result<base::ChainId> parse_chain_id(const std::string& text);

// Of a caller whose key is limited to domains: that all names of the chain's current certificate are within these.
// Returns that version, for the command that changes the chain; nullopt for any other caller. Errors:
// kProjectForbidden, which names the first that is not; kInternal.
[[nodiscard]] base::Result<std::optional<base::CertId>> check_chain_domains(const domain::Caller& caller,
                                                                            const domain::ChainDetail& chain);

// Error: kProjectForbidden.
[[nodiscard]] base::Result<void> check_project(const domain::Caller& caller, std::string_view project);
// Projects that a list may show: the requested one, or every project that the key may use (empty = all). Error:
// kProjectForbidden.
[[nodiscard]] base::Result<std::vector<std::string>> visible_projects(const domain::Caller& caller,
                                                                      const std::optional<std::string>& wanted);

}  // namespace livecert::service
