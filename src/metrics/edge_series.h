#pragma once

#include <vector>

#include "edge/delivery/status.h"
#include "metrics/series.h"

namespace livecert::metrics {

// The status of each edge.
[[nodiscard]] Families edge_series(const std::vector<edge::EdgeStatus>& edges);

}  // namespace livecert::metrics
