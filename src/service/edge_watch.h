#pragma once

#include <vector>

#include "edge/delivery/status.h"
#include "service/readiness.h"

namespace livecert::service {

// Reports on the board whether an edge as a whole accepts no certificates (reason::kEdgesFailing). It does not report
// failures of single domains: those concern their owners, and each edge's status shows them.
void look_after_edges(const std::vector<edge::EdgeStatus>& edges, Readiness& readiness);

}  // namespace livecert::service
