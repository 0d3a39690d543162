#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// A command that makes a domain use a chain, and what it was judged by.
struct JudgedBind {
  store::Bind command;
  base::AccountId account;                // that the chain belongs to
  x509::Certificate leaf;                 // of the chain's current version
  std::vector<base::Bytes> certificates;  // of the same, the leaf first
  base::Time ends_at;                     // of the same, as domain::ChainSummary::ends_at
};

// The command, judged by the names of the chain's current version. Errors: those of find_own_chain(), kInternal.
[[nodiscard]] base::Result<JudgedBind> make_bind(Services& services, const domain::Caller& caller,
                                                 const std::string& chain_id, const std::string& domain,
                                                 const domain::TlsSwitches& tls);

// Submits what `make_command` makes of what it reads. When the store says that this has changed since (kStale), makes
// it anew, a few times and not after the deadline; kStale is returned when it never held still. Error: that of
// `make_command`.
[[nodiscard]] base::Result<store::Outcome> submit_judged(
    Services& services, const Context& context, const std::function<base::Result<store::Command>()>& make_command);

}  // namespace livecert::service
