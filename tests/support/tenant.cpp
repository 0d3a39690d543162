#include "support/tenant.h"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/check.h"

namespace livecert::test {

namespace json = boost::json;

Answer Tenant::live(const std::string& action, const json::object& body) const {
  return service_->call(*credentials_, action, json::serialize(body));
}

Answer Tenant::own(const std::string& action, const json::object& body) const {
  return service_->call(*credentials_, action, json::serialize(body), "2026-12-01");
}

std::string Tenant::upload(const std::string& name, json::object more) const {
  return upload(leaf_for({name}), std::move(more));
}

std::string Tenant::upload(const Pki::Leaf& leaf, json::object more) const {
  const Answer answer = service_->create_cert(*credentials_, service_->pki().upload(leaf), std::move(more));
  LIVECERT_CHECK(answer.status == 200);
  return answer.text("ChainID");
}

Answer Tenant::update(const std::string& chain, const Pki::Leaf& leaf, json::object more) const {
  more["ChainID"] = chain;
  return service_->create_cert(*credentials_, service_->pki().upload(leaf), std::move(more));
}

void Tenant::add_domain(const std::string& domain, const std::string& project) const {
  std::string vhost(domain);
  for (char& c : vhost) c = c == '.' ? '-' : c;
  const json::object item{{"DomainName", domain}, {"Type", "pull-flv"}, {"Region", "cn"}};
  const Answer answer =
      live("CreateDomainV2", {{"Vhost", vhost}, {"ProjectName", project}, {"Domains", json::array{item}}});
  LIVECERT_CHECK(answer.status == 200);
}

Answer Tenant::bind(const std::string& chain, const std::string& domain, json::object more) const {
  more["ChainID"] = chain;
  more["Domain"] = domain;
  return live("BindCert", more);
}

json::object Tenant::domain(const std::string& name) const {
  const Answer answer = live("DescribeDomain", {{"DomainList", json::array{name}}});
  LIVECERT_CHECK(answer.status == 200);
  return answer.result.at("DomainList").at(0).as_object();
}

json::object Tenant::chain(const std::string& id) const {
  const Answer answer = own("ListCerts", {{"ChainIDPrefix", id}});
  const json::array& list = answer.result.at("CertList").as_array();
  return list.empty() ? json::object() : list[0].as_object();
}

std::vector<std::string> Tenant::bound_to(const std::string& chain_id) const {
  return strings(chain(chain_id).at("CertDomainList"));
}

Pki::Leaf leaf_for(std::vector<std::string> names) {
  Pki::Leaf leaf;
  leaf.common_name = names.front();
  leaf.dns_names = std::move(names);
  return leaf;
}

std::vector<std::string> strings(const json::value& array) {
  std::vector<std::string> texts;
  for (const json::value& item : array.as_array()) texts.emplace_back(item.as_string());
  return texts;
}

std::vector<std::string> column(const json::value& array, const char* member) {
  std::vector<std::string> texts;
  for (const json::value& item : array.as_array()) texts.emplace_back(item.at(member).as_string());
  return texts;
}

}  // namespace livecert::test
