#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// A command that makes a domain use a chain, with the facts by which it was judged.
struct JudgedBind {
  store::Bind command;
  base::AccountId account;                // the chain's account
  x509::Certificate leaf;                 // of the chain's current version
  std::vector<base::Bytes> certificates;  // of the same version, the leaf first
  base::Time ends_at;                     // of the same version, as domain::ChainSummary::ends_at
};

// The command, judged by the names of the chain's current version. Errors: those of find_own_chain(), kInternal.
[[nodiscard]] base::Result<JudgedBind> make_bind(Services& services, const domain::Caller& caller,
                                                 const std::string& chain_id, const domain::DomainName& domain,
                                                 const domain::TlsSwitches& tls);

// Error: kInvalidInput when the highest version is below the lowest.
[[nodiscard]] base::Result<void> check_tls_versions(const domain::TlsSwitches& tls);

// Submits the command that `make_command` makes from its reads. When the store says that these have changed since
// (kStale), makes it again, a few times and not after the deadline; returns kStale if they kept changing. Error: that
// of `make_command`.
[[nodiscard]] base::Result<store::Outcome> submit_judged(
    Services& services, const Context& context, const std::function<base::Result<store::Command>()>& make_command);

}  // namespace livecert::service
