#include "api/domain_actions.h"

#include <utility>

#include "api/binder.h"
#include "api/domain_input.h"
#include "service/administer_domains.h"
#include "service/create_domains.h"

namespace livecert::api {
namespace {

constexpr std::size_t kMaxDomains = 10;
// The vendor's limits of tags.
constexpr std::size_t kMaxTags = 20;
constexpr std::size_t kMaxTagKey = 128;
constexpr std::size_t kMaxTagValue = 256;

std::vector<service::NewDomain> bind_domains(const Binder& binder) {
  const std::vector<Binder> items = binder.required_objects("Domains", {1, kMaxDomains});
  std::vector<service::NewDomain> domains;
  for (const Binder& item : items) {
    service::NewDomain& domain = domains.emplace_back();
    domain.name = item.required_string("DomainName");
    domain.type = item.required_string("Type");
    domain.region = item.required_string("Region");
    domain.chain_id = item.optional_string("ChainID");
    check_type(item, "Type", domain.type);
    check_region(item, "Region", domain.region);
  }
  return domains;
}

std::vector<domain::Tag> bind_tags(const Binder& binder) {
  const std::vector<Binder> items = binder.optional_objects("Tags", {0, kMaxTags});
  std::vector<domain::Tag> tags;
  for (const Binder& item : items) {
    domain::Tag& tag = tags.emplace_back();
    tag.key = item.required_string("Key");
    tag.value = item.optional_string("Value").value_or("");
    item.check_length("Key", tag.key, 1, kMaxTagKey);
    item.check_length("Value", tag.value, 0, kMaxTagValue);
  }
  return tags;
}

// Runs the actions that name one domain and answer nothing.
template <typename Change>
base::Result<Output> change_domain(const JsonInput& json, const Change& change) {
  const Binder binder(json);
  const std::string domain = binder.required_string("Domain");
  TRY(binder.finish());
  TRY(change(domain));
  return Output();
}

// The same for actions with one more member.
template <typename Change>
base::Result<Output> change_domain(const JsonInput& json, std::string_view member, const Change& change) {
  const Binder binder(json);
  const std::string domain = binder.required_string("Domain");
  const std::string value = binder.required_string(member);
  TRY(binder.finish());
  TRY(change(domain, value));
  return Output();
}

}  // namespace

base::Result<Output> create_domain_v2(service::Services& services, const service::Context& context,
                                      const JsonInput& json) {
  const Binder binder(json);
  service::CreateDomainsInput input;
  input.vhost = binder.required_string("Vhost");
  input.project = binder.optional_string("ProjectName");
  input.domains = bind_domains(binder);
  input.tags = bind_tags(binder);
  TRY(binder.finish());
  TRY(service::create_domains(services, context, input));
  return Output();
}

base::Result<Output> create_domain(service::Services& services, const service::Context& context,
                                   const JsonInput& json) {
  const Binder binder(json);
  service::NewDomain domain;
  domain.name = binder.required_string("Domain");
  domain.type = binder.required_string("Type");
  domain.region = binder.optional_string("Region").value_or(domain.region);
  check_type(binder, "Type", domain.type);
  check_region(binder, "Region", domain.region);
  TRY(binder.finish());
  service::CreateDomainsInput input;
  input.domains.push_back(std::move(domain));
  TRY(service::create_domains(services, context, input));
  return Output();
}

base::Result<Output> delete_domain(service::Services& services, const service::Context& context,
                                   const JsonInput& json) {
  return change_domain(json,
                       [&](const std::string& domain) { return service::delete_domain(services, context, domain); });
}

base::Result<Output> enable_domain(service::Services& services, const service::Context& context,
                                   const JsonInput& json) {
  return change_domain(json, [&](const std::string& domain) {
    return service::set_domain_status(services, context, domain, domain::DomainStatus::kNormal);
  });
}

base::Result<Output> disable_domain(service::Services& services, const service::Context& context,
                                    const JsonInput& json) {
  return change_domain(json, [&](const std::string& domain) {
    return service::set_domain_status(services, context, domain, domain::DomainStatus::kDisabled);
  });
}

base::Result<Output> update_domain_vhost(service::Services& services, const service::Context& context,
                                         const JsonInput& json) {
  return change_domain(json, "Vhost", [&](const std::string& domain, const std::string& vhost) {
    return service::set_domain_vhost(services, context, domain, vhost);
  });
}

base::Result<Output> manager_pull_push_domain_bind(service::Services& services, const service::Context& context,
                                                   const JsonInput& json) {
  const Binder binder(json);
  const std::string pull = binder.required_string("PullDomain");
  const auto push = binder.optional_string("PushDomain");
  TRY(binder.finish());
  TRY(service::pair_domains(services, context, pull, push));
  return Output();
}

base::Result<Output> move_domain(service::Services& services, const service::Context& context, const JsonInput& json) {
  return change_domain(json, "AccountId", [&](const std::string& domain, const std::string& account) {
    return service::move_domain(services, context, domain, account);
  });
}

}  // namespace livecert::api
