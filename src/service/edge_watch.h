#pragma once

#include <vector>

#include "edge/delivery/status.h"
#include "service/readiness.h"

namespace livecert::service {

// Puts on the board whether an edge as a whole takes no certificates (reason::kEdgesFailing). What fails for single
// domains is their owners' matter, and each edge's status tells it.
void look_after_edges(const std::vector<edge::EdgeStatus>& edges, Readiness& readiness);

}  // namespace livecert::service
