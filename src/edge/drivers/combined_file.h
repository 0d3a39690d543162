#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "edge/driver.h"
#include "edge/drivers/file_drop.h"

// Chain and key in one file, which most edges read and which is replaced in one step.
namespace livecert::edge {

[[nodiscard]] base::Result<void> put_combined(FileDrop& drop, const std::string& name, const Delivery& delivery);

// The same for many; `names` has one for each.
[[nodiscard]] std::vector<base::Result<void>> put_combined(FileDrop& drop, const std::vector<std::string>& names,
                                                           std::span<const Delivery> deliveries);

// Whether the file holds the bundle of the order, which is loaded only when the file was touched.
[[nodiscard]] base::Result<bool> holds_combined(FileDrop& drop, const std::string& name, const Order& order,
                                                const LoadBundle& load);

}  // namespace livecert::edge
