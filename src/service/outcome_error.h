#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "store/store.h"

namespace livecert::service {

// Whether the state is now as requested.
[[nodiscard]] bool took_effect(const store::Outcome& outcome);

// Tells the client why a command did not take effect. This is the only place where outcomes of the store become errors.
// The outcome must not have taken effect.
[[nodiscard]] base::Error to_error(const store::Outcome& outcome);
[[nodiscard]] base::Error to_error(const domain::Refusal& refusal);

// The same for a bind: says which names the certificate covers (these DNS names), and how to add a domain. `registers`:
// binding adds covered domains.
[[nodiscard]] base::Error to_bind_error(const store::Outcome& outcome, const domain::DomainName& domain,
                                        const std::vector<std::string>& dns_names, bool registers);

// "a, b, c", and how many more there are when there are many.
[[nodiscard]] base::Error outside_domains(const std::vector<std::string>& names);
[[nodiscard]] std::string enumerate(const std::vector<std::string>& names);

}  // namespace livecert::service
