#include "service/edge_watch.h"

namespace livecert::service {

void look_after_edges(const std::vector<edge::EdgeStatus>& edges, Readiness& readiness) {
  std::string failing;
  for (const edge::EdgeStatus& edge : edges) {
    if (edge.is_understood && edge.counts.failure.empty()) continue;
    failing += (failing.empty() ? "" : "; ") + edge.definition.name;
    if (!edge.counts.failure.empty()) failing += ": " + edge.counts.failure;
  }
  if (failing.empty()) return readiness.end(reason::kEdgesFailing);
  readiness.begin({std::string(reason::kEdgesFailing), Reason::Kind::kDegraded,
                   "At least one edge takes no certificates and goes on with those that it has.",
                   "Ask `livecert edge status`, which names the edge and the reason."},
                  failing);
}

}  // namespace livecert::service
