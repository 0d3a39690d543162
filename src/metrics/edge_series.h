#pragma once

#include <vector>

#include "edge/delivery/status.h"
#include "metrics/series.h"

namespace livecert::metrics {

// What each edge is doing.
[[nodiscard]] Families edge_series(const std::vector<edge::EdgeStatus>& edges);

}  // namespace livecert::metrics
