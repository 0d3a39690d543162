#include "service/list_shown.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/bytes.h"
#include "service/access.h"
#include "service/administer_edges.h"
#include "service/edge_source.h"
#include "service/local_edges.h"

namespace livecert::service {
namespace {

std::optional<edge::Order> order_of(const store::DomainDetail& detail) {
  if (!detail.binding) return std::nullopt;
  const domain::LiveDomain& domain = detail.domain;
  return to_order(
      {domain.name, domain.account, domain.project, domain.status, *detail.binding, detail.version, detail.ends_at});
}

std::vector<Delivery> deliveries_of(Services& services, const edge::Order& order,
                                    const std::vector<edge::EdgeStatus>& edges, base::Time now) {
  std::map<std::string, Delivery> by_edge;
  for (const edge::EdgeStatus& status : edges) {
    if (!status.is_understood || !status.definition.selection.takes(order)) continue;
    by_edge.emplace(status.definition.name, expected_delivery(status.definition, std::string(order.domain)));
  }
  if (services.edges != nullptr && !by_edge.empty()) {
    for (const domain::Receipt& receipt : services.edges->receipts(std::string(order.domain))) {
      const auto found = by_edge.find(receipt.edge);
      if (found != by_edge.end()) note_live(found->second, receipt, order.version);
    }
  }
  std::vector<Delivery> deliveries;
  for (auto& [name, delivery] : by_edge) {
    judge(delivery, edges, now);
    deliveries.push_back(std::move(delivery));
  }
  return deliveries;
}

}  // namespace

base::Result<ShownPage> list_shown(Services& services, const Context& context, const ListShownInput& input) {
  store::DomainFilter filter;
  filter.account = context.caller.account;
  filter.projects = context.caller.projects;
  std::ranges::transform(input.domains, std::back_inserter(filter.names), base::to_ascii_lower);
  if (input.chain_id) {
    TRY_ASSIGN(const domain::ChainDetail chain, find_own_chain_alone(services, context.caller, *input.chain_id));
    filter.chain = chain.summary.id;
  }
  TRY_ASSIGN(store::DomainPage page, services.store.ask(&store::Snapshot::list_domains, filter,
                                                        (input.page_number - 1) * input.page_size, input.page_size));
  ShownPage shown;
  shown.total = page.total;
  const std::vector<edge::EdgeStatus> edges = list_edges(services);
  for (store::DomainDetail& detail : page.domains) {
    ShownDomain domain;
    if (const auto order = order_of(detail)) {
      domain.is_ordered = true;
      domain.deliveries = deliveries_of(services, *order, edges, context.at);
    }
    domain.detail = std::move(detail);
    shown.domains.push_back(std::move(domain));
  }
  return shown;
}

}  // namespace livecert::service
