#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "api/binder.h"
#include "api/domain_actions.h"
#include "api/domain_input.h"
#include "api/list_text.h"
#include "service/list_domains.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMaxPageNumber = 1000;
constexpr std::int64_t kMaxPageSize = 1000;
constexpr std::size_t kMaxDescribed = 1000;
constexpr std::int64_t kMaxStatus = 6;  // of which only 0 and 2 occur here

// The members that ListDomainDetail and DescribeDomain share. Nothing here resolves, reviews or files domains: what the
// vendor tells about that is always the healthy value, so that no client waits for it.
json::object domain_members(const service::DomainView& view) {
  const domain::LiveDomain& domain = view.detail.domain;
  const auto& binding = view.detail.binding;
  json::object object;
  object["Vhost"] = domain.vhost;
  object["Domain"] = domain.name;
  object["CNAME"] = "";
  object["Status"] = static_cast<int>(domain.status);
  object["Type"] = domain.type;
  object["Region"] = domain.region;
  object["CnameCheck"] = 1;
  object["DomainCheck"] = 0;
  object["ICPCheck"] = 1;
  object["CreateTime"] = base::to_rfc3339(domain.created_at);
  object["ChainID"] = binding ? binding->chain.to_string() : "";
  object["CertDomain"] = view.cert_domain;
  object["HTTP2"] = binding && binding->tls.http2;
  object["PushDomain"] = view.detail.push_domain;
  return object;
}

json::object described_members(const service::DomainView& view) {
  json::object object = domain_members(view);
  object["CertName"] = view.detail.chain_name;
  return object;
}

json::object list_item(const service::DomainView& view) {
  json::object object = domain_members(view);
  object["ProjectName"] = view.detail.domain.project;
  json::array& tags = object["Tags"].emplace_array();
  for (const domain::Tag& tag : view.detail.domain.tags) {
    tags.push_back(json::object{{"Category", "Custom"}, {"Key", tag.key}, {"Value", tag.value}});
  }
  return object;
}

}  // namespace

base::Result<Output> list_domain_detail(service::Services& services, const service::Context& context,
                                        const JsonInput& json) {
  const Binder binder(json);
  service::ListDomainsInput input;
  input.page_number = binder.required_integer("PageNum", 1, kMaxPageNumber);
  input.page_size = binder.required_integer("PageSize", 1, kMaxPageSize);
  input.vhosts = binder.optional_strings("VhostList");
  input.names = binder.optional_strings("DomainNameList");
  input.statuses = binder.optional_integers("DomainStatusList", 0, kMaxStatus);
  input.types = binder.optional_strings("DomainTypeList");
  input.regions = binder.optional_strings("DomainRegionList");
  for (const std::string& type : input.types) check_type(binder, "DomainTypeList", type);
  for (const std::string& region : input.regions) check_region(binder, "DomainRegionList", region);
  TRY(binder.finish());
  TRY_ASSIGN(service::ListDomainsOutput output, service::list_domains(services, context, input));
  return Output(list_text({{"Total", output.total}}, "DomainList", std::move(output.domains), list_item));
}

base::Result<Output> describe_domain(service::Services& services, const service::Context& context,
                                     const JsonInput& json) {
  const Binder binder(json);
  const std::vector<std::string> names = binder.required_strings("DomainList", {1, kMaxDescribed});
  TRY(binder.finish());
  TRY_ASSIGN(std::vector<service::DomainView> domains, service::describe_domains(services, context, names));
  return Output(list_text({}, "DomainList", std::move(domains), described_members));
}

}  // namespace livecert::api
