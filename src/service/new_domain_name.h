#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace livecert::service {

// The name of a domain that is to be made or bound: as domain::parse_domain_name(), and no IP address, for which no
// certificate here is good. A name that ends in a number is an address to clients
// (https://url.spec.whatwg.org/#ends-in-a-number-checker). Error: also kInvalidInput for one.
[[nodiscard]] base::Result<std::string> parse_new_domain_name(std::string_view text);

}  // namespace livecert::service
