#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "store/store.h"

namespace livecert::service {

// What was asked for is so now.
[[nodiscard]] bool took_effect(const store::Outcome& outcome);

// Why a command did not take effect, in words for the client: the one place where outcomes of the store become errors.
// The outcome must not have taken effect.
[[nodiscard]] base::Error to_error(const store::Outcome& outcome);
[[nodiscard]] base::Error to_error(const domain::Refusal& refusal);

// The same for a bind: names what the certificate, with these DNS names, is good for, and how a domain is added.
// `registers`: domains that are covered are added by binding them.
[[nodiscard]] base::Error to_bind_error(const store::Outcome& outcome, const std::string& domain,
                                        const std::vector<std::string>& dns_names, bool registers);

// "a, b, c", and how many more there are when there are many.
[[nodiscard]] std::string enumerate(const std::vector<std::string>& names);

}  // namespace livecert::service
