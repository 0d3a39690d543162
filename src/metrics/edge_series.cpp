#include "metrics/edge_series.h"

#include "base/time.h"
#include "edge/drivers/kinds.h"

namespace livecert::metrics {

Labels labels_of(const edge::Definition& edge, bool is_understood) {
  return {{"edge", edge.name},
          {"kind", is_understood ? std::string(edge::to_text(edge.kind)) : "unknown"},
          {"origin", edge.origin == edge::Origin::kAdded ? "added" : "configuration"}};
}

Families edge_series(const std::vector<edge::EdgeStatus>& edges) {
  auto up = gauges("livecert_edge_up", "1 while the edge as a whole takes certificates, 0 while it does not.");
  auto wanted = gauges("livecert_edge_domains_wanted", "Domains that the edge has to serve.");
  auto proved = gauges("livecert_edge_domains_proved", "Of these, domains that it was seen to serve as ordered.");
  auto failing = gauges("livecert_edge_domains_failing", "Of these, domains whose last attempt failed.");
  auto ended = gauges("livecert_edge_domains_ended",
                      "Of all domains of the edge, those that it shows with a certificate that clients refuse.");
  auto proof = gauges("livecert_edge_last_proof_timestamp_seconds", "When the edge last showed a domain as ordered.");
  for (const edge::EdgeStatus& status : edges) {
    const Labels labels = labels_of(status.definition, status.is_understood);
    const edge::EdgeCounts& counts = status.counts;
    add(up, status.is_understood && counts.failure.empty() ? 1 : 0, labels);
    add(wanted, static_cast<double>(counts.wanted), labels);
    add(proved, static_cast<double>(counts.proved), labels);
    add(failing, static_cast<double>(counts.failing), labels);
    add(ended, static_cast<double>(counts.ended), labels);
    if (counts.proved_at) add(proof, static_cast<double>(base::to_unix_seconds(*counts.proved_at)), labels);
  }
  return {std::move(up), std::move(wanted), std::move(proved), std::move(failing), std::move(ended), std::move(proof)};
}

}  // namespace livecert::metrics
