#pragma once

#include <vector>

#include "edge/delivery/status.h"
#include "metrics/series.h"

namespace livecert::metrics {

// The labels of every series about an edge.
[[nodiscard]] Labels labels_of(const edge::Definition& edge, bool is_understood = true);

// The status of each edge.
[[nodiscard]] Families edge_series(const std::vector<edge::EdgeStatus>& edges);

}  // namespace livecert::metrics
