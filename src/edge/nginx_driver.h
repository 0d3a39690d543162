#pragma once

#include <memory>

#include "base/result.h"
#include "base/time.h"
#include "edge/definition.h"
#include "edge/driver.h"

namespace livecert::edge {

// As in drivers.h, with a clock for how long a former version lives on.
[[nodiscard]] base::Result<std::unique_ptr<Driver>> make_nginx_driver(const Definition& definition,
                                                                      std::shared_ptr<const base::Clock> clock);

}  // namespace livecert::edge
