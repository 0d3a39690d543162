#pragma once

#include <map>
#include <string>
#include <tuple>

#include "base/result.h"
#include "notices/fact.h"
#include "service/context.h"

namespace livecert::service {

// Since when an edge has had something to show of which it keeps no receipt: it never began to deliver. Kept by the
// caller from one look to the next.
using Unbegun = std::map<std::tuple<std::string, std::string, base::CertId>, base::Time>;

// What the store binds and what the edges were seen to show, for every domain of every account that should be served.
// Reads all of them and all receipts. Errors: those of the store.
[[nodiscard]] base::Result<notices::Sights> find_sights(Services& services, Unbegun& unbegun, base::Time now);

}  // namespace livecert::service
