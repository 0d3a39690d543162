#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "edge/definition.h"
#include "edge/driver.h"

namespace livecert::edge {

// In a folder that somebody named over the network, nothing is replaced or removed that livecert did not put there. So
// it takes only a folder in which nothing lies but empty files, and marks it as its own; what comes into a marked
// folder later was put there by livecert, or by somebody who knows whose folder it is.

// Whether the folder is there, and marked or can be. kUpstreamFailure with what is wrong, and the remedy.
[[nodiscard]] base::Result<void> check_claim(const Place& folder);

using MakeDriver = std::function<base::Result<std::unique_ptr<Driver>>(const Definition&)>;

// A driver that does nothing until the folder of the definition is marked, or can be; the kind's own driver is made no
// sooner. Errors: those of `make`, where the folder will do already.
[[nodiscard]] base::Result<std::unique_ptr<Driver>> make_claiming_driver(const Definition& definition, MakeDriver make);

}  // namespace livecert::edge
