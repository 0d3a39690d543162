#pragma once

#include <string>

#include "base/result.h"
#include "service/context.h"

namespace livecert::service {

// Has livecert look soon at what each edge shows for the domain, instead of when that is due. Returns at once; the
// domain's receipts say later what was seen. Changes nothing that is stored. Errors: those of find_own_domain().
[[nodiscard]] base::Result<void> check_delivery(Services& services, const Context& context, const std::string& domain);

}  // namespace livecert::service
