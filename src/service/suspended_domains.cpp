#include "service/suspended_domains.h"

#include "service/edge_source.h"

namespace livecert::service {
namespace {

constexpr std::int64_t kDomainsAtOnce = 1000;

store::BoundDomain to_bound(const store::DomainDetail& detail) {
  store::BoundDomain bound;
  bound.name = detail.domain.name;
  bound.account = detail.domain.account;
  bound.project = detail.domain.project;
  bound.status = detail.domain.status;
  bound.binding = *detail.binding;
  bound.version = detail.version;
  bound.ends_at = detail.ends_at;
  return bound;
}

// The orders of an account's domains that edges should serve.
base::Result<std::vector<edge::Order>> orders_of(store::Snapshot& snapshot, base::AccountId account) {
  store::DomainFilter filter;
  filter.account = account;
  filter.bound_only = true;
  std::vector<edge::Order> orders;
  for (std::int64_t skip = 0;; skip += kDomainsAtOnce) {
    TRY_ASSIGN(const store::DomainPage page, snapshot.list_domains(filter, skip, kDomainsAtOnce));
    for (const store::DomainDetail& detail : page.domains) {
      if (!detail.binding) continue;
      if (auto order = to_order(to_bound(detail))) orders.push_back(*std::move(order));
    }
    if (skip + kDomainsAtOnce >= page.total) return orders;
  }
}

}  // namespace

base::Result<std::map<std::string, std::vector<SuspendedDomains>>> find_suspended_domains(
    Services& services, const std::vector<edge::EdgeStatus>& edges) {
  std::map<std::string, std::vector<SuspendedDomains>> found;
  TRY_ASSIGN(const auto snapshot, services.store.read());
  TRY_ASSIGN(const auto accounts, snapshot->list_accounts());
  for (const domain::Account& account : accounts) {
    if (account.status != domain::AccountStatus::kSuspended) continue;
    TRY_ASSIGN(const auto orders, orders_of(*snapshot, account.id));
    for (const edge::EdgeStatus& edge : edges) {
      if (!edge.is_understood) continue;
      SuspendedDomains suspended{account.id, account.name};
      for (const edge::Order& order : orders) {
        if (edge.definition.selection.takes(order)) ++suspended.domains;
      }
      if (suspended.domains > 0) found[edge.definition.name].push_back(std::move(suspended));
    }
  }
  return found;
}

}  // namespace livecert::service
