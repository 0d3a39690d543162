#pragma once

#include <memory>

#include "base/result.h"
#include "base/time.h"
#include "edge/definition.h"
#include "edge/driver.h"

namespace livecert::edge {

// The same as in drivers.h. The clock tells when a former version may be removed.
[[nodiscard]] base::Result<std::unique_ptr<Driver>> make_nginx_driver(const Definition& definition,
                                                                      std::shared_ptr<const base::Clock> clock);

}  // namespace livecert::edge
