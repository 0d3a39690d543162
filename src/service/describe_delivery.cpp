#include "service/describe_delivery.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "service/access.h"
#include "service/administer_edges.h"
#include "service/edge_source.h"
#include "service/local_edges.h"

namespace livecert::service {
namespace {

const std::string& name_of(const edge::EdgeStatus& status) {
  return status.definition.name;
}

// The key is domain and edge.
using Deliveries = std::map<std::pair<std::string, std::string>, Delivery>;

// Receipts in memory are newer than those in the store, and replace them.
void add_live(Services& services, base::CertId version, Deliveries& deliveries) {
  if (services.edges == nullptr) return;
  std::set<std::string> domains;
  for (const auto& [key, delivery] : deliveries) domains.insert(key.first);
  for (const std::string& domain : domains) {
    for (const domain::Receipt& receipt : services.edges->receipts(domain)) {
      const auto found = deliveries.find({domain, receipt.edge});
      if (found != deliveries.end()) note_live(found->second, receipt, version);
    }
  }
}

base::Result<base::CertId> choose_version(Services& services, const Context& context, const domain::ChainDetail& chain,
                                          const std::optional<std::string>& cert_id) {
  if (!cert_id) return chain.summary.current;
  TRY_ASSIGN(const domain::ChainDetail version, find_own_version_alone(services, context.caller, *cert_id));
  if (version.summary.id == chain.summary.id) return version.summary.current;
  return base::Error{base::ErrorCode::kNotFound, "CertID " + *cert_id + " is no version of this chain"};
}

// Adds what the edges should serve of the chain now, as if nothing had happened yet.
base::Result<void> add_expected(Services& services, const std::vector<edge::EdgeStatus>& edges,
                                const base::ChainId& chain, Deliveries& deliveries) {
  TRY_ASSIGN(const auto bound, services.store.ask(&store::Snapshot::find_bound_to, chain));
  for (const edge::EdgeStatus& status : edges) {
    for (const store::BoundDomain& domain : bound) {
      const auto order = to_order(domain);
      if (!order || !status.is_understood || !status.definition.selection.takes(*order)) continue;
      const std::string name(domain.name);
      deliveries[{name, status.definition.name}] = expected_delivery(status.definition, name);
    }
  }
  return {};
}

DeliveryState overall(const std::vector<Delivery>& deliveries) {
  std::optional<DeliveryState> least;
  for (const Delivery& delivery : deliveries) {
    if (!delivery.is_expected) continue;
    // A failure is more important than waiting.
    if (delivery.state == DeliveryState::kFailing) return DeliveryState::kFailing;
    if (!least || delivery.state < *least) least = delivery.state;
  }
  return least.value_or(DeliveryState::kNowhere);
}

}  // namespace

base::Result<DescribeDeliveryOutput> describe_delivery(Services& services, const Context& context,
                                                       const std::string& chain_id,
                                                       const std::optional<std::string>& cert_id) {
  TRY_ASSIGN(const domain::ChainDetail chain, find_own_chain_alone(services, context.caller, chain_id));
  DescribeDeliveryOutput output;
  output.chain = chain.summary.id;
  TRY_ASSIGN(output.version, choose_version(services, context, chain, cert_id));
  output.is_current = output.version == chain.summary.current;

  Deliveries deliveries;
  const std::vector<edge::EdgeStatus> edges = list_edges(services);
  if (output.is_current) TRY(add_expected(services, edges, output.chain, deliveries));
  store::ReceiptFilter filter;
  filter.chain = output.chain;
  filter.version = output.version;
  TRY_ASSIGN(auto receipts, services.store.ask(&store::Snapshot::list_receipts, filter));
  for (domain::Receipt& receipt : receipts) {
    // livecert does not check an edge that no longer exists. In a stopped store the edges are unknown.
    if (services.edges != nullptr && std::ranges::find(edges, receipt.edge, name_of) == edges.end()) continue;
    Delivery& delivery = deliveries[{receipt.domain, receipt.edge}];
    delivery.receipt = std::move(receipt);
  }
  add_live(services, output.version, deliveries);
  for (auto& [key, delivery] : deliveries) {
    judge(delivery, edges, context.at);
    output.deliveries.push_back(std::move(delivery));
  }
  output.state = overall(output.deliveries);
  return output;
}

}  // namespace livecert::service
