#include "service/list_domains.h"

#include <algorithm>
#include <array>
#include <utility>

#include "service/access.h"
#include "service/leaf.h"
#include "service/outcome_error.h"

namespace livecert::service {
namespace {

store::DomainFilter visible_to(const domain::Caller& caller) {
  store::DomainFilter filter;
  filter.account = caller.account;
  filter.projects = caller.projects;
  return filter;
}

std::vector<domain::DomainStatus> to_statuses(const std::vector<std::int64_t>& numbers) {
  std::vector<domain::DomainStatus> statuses;
  for (const auto status : {domain::DomainStatus::kNormal, domain::DomainStatus::kDisabled}) {
    if (std::ranges::find(numbers, static_cast<std::int64_t>(status)) != numbers.end()) statuses.push_back(status);
  }
  return statuses;
}

base::Result<DomainView> to_view(store::DomainDetail detail) {
  DomainView view{std::move(detail), {}};
  if (!view.detail.binding) return view;
  TRY_ASSIGN(const x509::Certificate leaf, read_leaf(view.detail.leaf_der));
  view.cert_domain = domain::covering_name(leaf.dns_names(), view.detail.domain.name);
  return view;
}

}  // namespace

base::Result<ListDomainsOutput> list_domains(Services& services, const Context& context,
                                             const ListDomainsInput& input) {
  store::DomainFilter filter = visible_to(context.caller);
  std::ranges::transform(input.names, std::back_inserter(filter.names), base::to_ascii_lower);
  filter.vhosts = input.vhosts;
  filter.types = input.types;
  filter.regions = input.regions;
  filter.statuses = to_statuses(input.statuses);
  ListDomainsOutput output;
  if (filter.statuses.empty() && !input.statuses.empty()) return output;

  TRY_ASSIGN(store::DomainPage page,
             services.store.list_domains(filter, (input.page_number - 1) * input.page_size, input.page_size));
  output.total = page.total;
  for (store::DomainDetail& detail : page.domains) {
    TRY_ASSIGN(DomainView view, to_view(std::move(detail)));
    output.domains.push_back(std::move(view));
  }
  return output;
}

base::Result<std::vector<DomainView>> describe_domains(Services& services, const Context& context,
                                                       const std::vector<std::string>& names) {
  std::vector<DomainView> views;
  std::vector<std::string> absent;
  std::vector<std::string> seen;
  for (const std::string& name : names) {
    std::string lower = base::to_ascii_lower(name);
    if (std::ranges::find(seen, lower) != seen.end()) continue;
    seen.push_back(std::move(lower));
    auto found = find_own_domain(services, context.caller, name);
    if (!found && found.error().code == base::ErrorCode::kNotFound) {
      absent.push_back(seen.back());
      continue;
    }
    if (!found) return found.error();
    TRY_ASSIGN(DomainView view, to_view(*std::move(found)));
    views.push_back(std::move(view));
  }
  if (absent.empty()) return views;
  return base::Error{base::ErrorCode::kNotFound,
                     "Domain " + enumerate(absent) + (absent.size() == 1 ? " does" : " do") + " not exist"};
}

base::Result<store::DomainPage> list_bindings(Services& services, const Context& context,
                                              const ListBindingsInput& input) {
  store::DomainFilter filter = visible_to(context.caller);
  filter.bound_only = true;
  if (input.chain_id) {
    TRY_ASSIGN(const domain::ChainDetail chain, find_own_chain(services, context.caller, *input.chain_id));
    filter.chain = chain.summary.id;
  }
  if (input.domain) {
    TRY_ASSIGN(const store::DomainDetail found, find_own_domain(services, context.caller, *input.domain));
    filter.names = {found.domain.name};
  }
  return services.store.list_domains(filter, (input.page_number - 1) * input.page_size, input.page_size);
}

}  // namespace livecert::service
