#include "service/list_domains.h"

#include <algorithm>
#include <set>
#include <utility>

#include "service/access.h"
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

base::Result<store::DomainPage> list_page(Services& services, const store::DomainFilter& filter, std::int64_t number,
                                          std::int64_t size) {
  return services.store.ask(&store::Snapshot::list_domains, filter, (number - 1) * size, size);
}

}  // namespace

base::Result<store::DomainPage> list_domains(Services& services, const Context& context,
                                             const ListDomainsInput& input) {
  store::DomainFilter filter = visible_to(context.caller);
  std::ranges::transform(input.names, std::back_inserter(filter.names), base::to_ascii_lower);
  filter.vhosts = input.vhosts;
  filter.types = input.types;
  filter.regions = input.regions;
  filter.statuses = to_statuses(input.statuses);
  if (filter.statuses.empty() && !input.statuses.empty()) return store::DomainPage();
  return list_page(services, filter, input.page_number, input.page_size);
}

base::Result<store::DomainPage> list_bind_info(Services& services, const Context& context,
                                               const ListBindInfoInput& input) {
  store::DomainFilter filter = visible_to(context.caller);
  filter.bound_only = true;
  filter.https = input.https;
  filter.types = input.types;
  if (input.domain) filter.names = {base::to_ascii_lower(*input.domain)};
  if (input.vhost) filter.vhosts = {*input.vhost};
  return list_page(services, filter, input.page_number, input.page_size);
}

base::Result<std::vector<domain::Tag>> find_tags(Services& services, const store::DomainDetail& domain) {
  return services.store.ask(&store::Snapshot::find_tags, domain.domain.name);
}

base::Result<std::vector<store::DomainDetail>> describe_domains(Services& services, const Context& context,
                                                                const std::vector<std::string>& names) {
  std::vector<store::DomainDetail> domains;
  std::vector<std::string> absent;
  std::set<std::string> seen;
  for (const std::string& name : names) {
    const auto [lower, is_new] = seen.insert(base::to_ascii_lower(name));
    if (!is_new) continue;
    auto found = find_own_domain(services, context.caller, name);
    if (!found && found.error().code == base::ErrorCode::kNotFound) {
      absent.push_back(*lower);
      continue;
    }
    if (!found) return found.error();
    domains.push_back(*std::move(found));
  }
  if (absent.empty()) return domains;
  return base::Error{base::ErrorCode::kNotFound,
                     "Domain " + enumerate(absent) + (absent.size() == 1 ? " does" : " do") + " not exist"};
}

base::Result<store::DomainPage> list_bindings(Services& services, const Context& context,
                                              const ListBindingsInput& input) {
  store::DomainFilter filter = visible_to(context.caller);
  filter.bound_only = true;
  if (input.chain_id) {
    TRY_ASSIGN(const domain::ChainDetail chain, find_own_chain_alone(services, context.caller, *input.chain_id));
    filter.chain = chain.summary.id;
  }
  if (input.domain) {
    TRY_ASSIGN(const store::DomainDetail found, find_own_domain(services, context.caller, *input.domain));
    filter.names = {std::string(found.domain.name)};
  }
  return list_page(services, filter, input.page_number, input.page_size);
}

}  // namespace livecert::service
