#pragma once

#include <string>

#include "base/result.h"
#include "edge/driver.h"
#include "edge/drivers/file_drop.h"

// Chain and key in one file, which most edges read and which is replaced in one step.
namespace livecert::edge {

[[nodiscard]] base::Result<void> put_combined(FileDrop& drop, const std::string& name, const Delivery& delivery);

// Whether the file holds the bundle of the order, which is loaded only when the file was touched.
[[nodiscard]] base::Result<bool> holds_combined(FileDrop& drop, const std::string& name, const Order& order,
                                                const LoadBundle& load);

}  // namespace livecert::edge
