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

constexpr std::int64_t kMaxDomainPage = 1000;
constexpr std::int64_t kMaxDomainPageSize = 1000;
constexpr std::size_t kMaxDescribed = 1000;
constexpr std::int64_t kMaxStatus = 6;  // only 0 and 2 occur here

// The members that ListDomainDetail and DescribeDomain share. livecert does not resolve, review or file domains: the
// vendor's members about these always have the healthy value, so that no client waits for it.
json::object domain_members(const store::DomainDetail& detail) {
  const domain::LiveDomain& domain = detail.domain;
  const auto& binding = detail.binding;
  json::object object;
  object["Vhost"] = domain.vhost;
  object["Domain"] = domain.name.view();
  object["CNAME"] = "";
  object["Status"] = static_cast<int>(domain.status);
  object["Type"] = domain.type;
  object["Region"] = domain.region;
  object["CnameCheck"] = 1;
  object["DomainCheck"] = 0;
  object["ICPCheck"] = 1;
  object["CreateTime"] = base::to_rfc3339(domain.created_at);
  object["ChainID"] = binding ? binding->chain.to_string() : "";
  object["CertDomain"] = detail.cert_domain;
  object["HTTP2"] = binding && binding->tls.http2;
  object["PushDomain"] = detail.push_domain;
  return object;
}

json::object described_members(const store::DomainDetail& detail) {
  json::object object = domain_members(detail);
  object["CertName"] = detail.chain_name;
  return object;
}

base::Result<json::object> list_item(service::Services& services, const store::DomainDetail& detail) {
  json::object object = domain_members(detail);
  object["ProjectName"] = detail.domain.project;
  TRY_ASSIGN(const std::vector<domain::Tag> tags, service::find_tags(services, detail));
  json::array& list = object["Tags"].emplace_array();
  for (const domain::Tag& tag : tags) {
    list.push_back(json::object{{"Category", "Custom"}, {"Key", tag.key}, {"Value", tag.value}});
  }
  return object;
}

}  // namespace

base::Result<Output> list_domain_detail(service::Services& services, const service::Context& context,
                                        const JsonInput& json) {
  const Binder binder(json);
  service::ListDomainsInput input;
  input.page_number = binder.required_integer("PageNum", 1, kMaxDomainPage);
  input.page_size = binder.required_integer("PageSize", 1, kMaxDomainPageSize);
  input.vhosts = binder.optional_strings("VhostList");
  input.names = binder.optional_strings("DomainNameList");
  input.statuses = binder.optional_integers("DomainStatusList", 0, kMaxStatus);
  input.types = binder.optional_strings("DomainTypeList");
  input.regions = binder.optional_strings("DomainRegionList");
  for (const std::string& type : input.types) check_type(binder, "DomainTypeList", type);
  for (const std::string& region : input.regions) check_region(binder, "DomainRegionList", region);
  TRY(binder.finish());
  TRY_ASSIGN(store::DomainPage page, service::list_domains(services, context, input));
  const auto to_item = [&services](const store::DomainDetail& detail) { return list_item(services, detail); };
  return Output(list_text({{"Total", page.total}}, "DomainList", std::move(page.domains), to_item));
}

base::Result<Output> describe_domain(service::Services& services, const service::Context& context,
                                     const JsonInput& json) {
  const Binder binder(json);
  const std::vector<std::string> names = binder.required_strings("DomainList", {1, kMaxDescribed});
  TRY(binder.finish());
  TRY_ASSIGN(std::vector<store::DomainDetail> domains, service::describe_domains(services, context, names));
  return Output(list_text({}, "DomainList", std::move(domains), described_members));
}

}  // namespace livecert::api
