#include "service/delivery.h"

#include <algorithm>

#include "base/time.h"

namespace livecert::service {
namespace {

DeliveryState state_of(const Delivery& delivery, bool is_provable) {
  const domain::Receipt& receipt = delivery.receipt;
  if (!receipt.failure.empty()) return DeliveryState::kFailing;
  const bool is_as_ordered = is_provable ? receipt.proved_at.has_value() : receipt.acknowledged_at.has_value();
  if (receipt.is_shown() && is_as_ordered) {
    return is_provable ? DeliveryState::kProved : DeliveryState::kAcknowledged;
  }
  const bool was_there = receipt.shown_since || receipt.proved_at || receipt.acknowledged_at;
  return was_there && !delivery.is_expected ? DeliveryState::kPast : DeliveryState::kWaiting;
}

}  // namespace

Delivery expected_delivery(const edge::Definition& edge, const std::string& domain) {
  Delivery delivery;
  delivery.is_expected = true;
  delivery.receipt.edge = edge.name;
  delivery.receipt.domain = domain;
  return delivery;
}

void note_live(Delivery& delivery, const domain::Receipt& receipt, base::CertId version) {
  if (receipt.is_shown()) delivery.shows = receipt.version;
  if (receipt.version == version) delivery.receipt = receipt;
}

void judge(Delivery& delivery, const std::vector<edge::EdgeStatus>& edges, base::Time now) {
  const auto name_of = [](const edge::EdgeStatus& status) { return status.definition.name; };
  const auto edge = std::ranges::find(edges, delivery.receipt.edge, name_of);
  const bool is_provable = edge == edges.end() || edge->definition.listen.has_value();
  if (delivery.is_expected && edge != edges.end() && delivery.receipt.failure.empty()) {
    delivery.receipt.failure = edge->counts.failure;
  }
  // livecert no longer checks an edge that is gone.
  if (edge == edges.end() && delivery.receipt.is_shown()) delivery.receipt.shown_until = delivery.receipt.last_seen;
  const base::Time end = delivery.receipt.valid_until;
  delivery.has_ended = delivery.receipt.is_shown() && end != base::Time{} && end < now;
  if (delivery.is_expected && delivery.has_ended && delivery.receipt.failure.empty()) {
    delivery.receipt.failure = "it ended at " + base::to_rfc3339(end) + ", and clients refuse it";
  }
  if (delivery.receipt.is_shown()) delivery.shows = delivery.receipt.version;
  delivery.state = state_of(delivery, is_provable);
}

}  // namespace livecert::service
