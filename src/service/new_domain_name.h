#pragma once

#include <string_view>

#include "base/result.h"
#include "domain/domain_name.h"

namespace livecert::service {

// Reads the name of a domain to make or bind: as DomainName::parse(), but not an IP address, for which no
// certificate here is valid. Clients take a name that ends in a number for an address
// (https://url.spec.whatwg.org/#ends-in-a-number-checker). Error: also kInvalidInput for such a name.
[[nodiscard]] base::Result<domain::DomainName> parse_new_domain_name(std::string_view text);

}  // namespace livecert::service
