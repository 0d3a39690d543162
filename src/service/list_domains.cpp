#include "service/list_domains.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/given_up.h"
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

// Makes views of one answer. A leaf may be large and many domains use it: it is read once for neighbours.
class Views {
 public:
  base::Result<DomainView> make(store::DomainDetail detail) {
    DomainView view{std::move(detail), {}};
    const base::Bytes leaf_der = std::exchange(view.detail.leaf_der, {});
    if (!view.detail.binding) return view;
    if (base::is_given_up()) return base::given_up_error();
    if (leaf_der != leaf_der_) {
      TRY_ASSIGN(const x509::Certificate leaf, read_leaf(leaf_der));
      names_ = leaf.dns_names();
      leaf_der_ = leaf_der;
    }
    view.cert_domain = domain::covering_name(names_, view.detail.domain.name);
    return view;
  }

 private:
  base::Bytes leaf_der_;
  std::vector<std::string> names_;  // of that one
};

base::Result<ListDomainsOutput> list_page(Services& services, const store::DomainFilter& filter, std::int64_t number,
                                          std::int64_t size) {
  TRY_ASSIGN(store::DomainPage page, services.store.list_domains(filter, (number - 1) * size, size));
  ListDomainsOutput output;
  output.total = page.total;
  Views views;
  for (store::DomainDetail& detail : page.domains) {
    TRY_ASSIGN(DomainView view, views.make(std::move(detail)));
    output.domains.push_back(std::move(view));
  }
  return output;
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
  if (filter.statuses.empty() && !input.statuses.empty()) return ListDomainsOutput();
  return list_page(services, filter, input.page_number, input.page_size);
}

base::Result<ListDomainsOutput> list_bind_info(Services& services, const Context& context,
                                               const ListBindInfoInput& input) {
  store::DomainFilter filter = visible_to(context.caller);
  filter.bound_only = true;
  filter.https = input.https;
  filter.types = input.types;
  if (input.domain) filter.names = {base::to_ascii_lower(*input.domain)};
  if (input.vhost) filter.vhosts = {*input.vhost};
  return list_page(services, filter, input.page_number, input.page_size);
}

base::Result<std::vector<DomainView>> describe_domains(Services& services, const Context& context,
                                                       const std::vector<std::string>& names) {
  Views maker;
  std::vector<DomainView> views;
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
    TRY_ASSIGN(DomainView view, maker.make(*std::move(found)));
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
