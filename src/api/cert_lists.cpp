#include "api/cert_lists.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "api/binder.h"
#include "api/chain_json.h"
#include "api/domain_input.h"
#include "api/list_text.h"
#include "api/upload_input.h"
#include "service/describe_cert.h"
#include "service/list_certs.h"
#include "service/list_domains.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMaxExpiringWithin = 36'500LL * 24 * 3600;  // a hundred years

json::object expiration_info(const store::ChainCounts& counts) {
  json::object info;
  info["ActiveNum"] = counts.active;
  info["ClosingExpireNum"] = counts.closing;
  info["ExpireNum"] = counts.expired;
  return {{"ExpirationInfo", std::move(info)}};
}

// The numbers that the older SDKs read in addition to Status.
struct StatusCode {
  std::string_view status;
  int code;
};
constexpr std::array kStatusCodes{StatusCode{"OK", 0},      StatusCode{"Expire", 1}, StatusCode{"30days", 7},
                                  StatusCode{"15days", 10}, StatusCode{"7days", 8},  StatusCode{"1days", 9}};

json::object legacy_item(const domain::ChainSummary& chain, base::Time now) {
  json::object item = list_item(chain, now);
  item["CertDomain"] = domain::domain_to_show(chain.domains, chain.representative);
  item["statuscode"] =
      std::ranges::find(kStatusCodes, domain::validity_status(chain.not_after, now), &StatusCode::status)->code;
  return item;
}

json::object bind_item(const store::DomainDetail& detail) {
  const domain::Binding binding = detail.binding.value_or(domain::Binding());
  json::object item;
  item["AccountID"] = detail.domain.account.to_string();
  item["CertDomainList"] = strings_to_json({detail.cert_domain});
  item["CertID"] = detail.version.to_string();
  item["CertName"] = detail.chain_name;
  item["ChainID"] = binding.chain.to_string();
  item["Domain"] = detail.domain.name.view();
  item["DomainType"] = detail.domain.type;
  item["HTTPS"] = binding.tls.https;
  item["NotAfter"] = base::to_rfc3339(detail.not_after);
  item["NotBefore"] = base::to_rfc3339(detail.not_before);
  item["Vhost"] = detail.domain.vhost;
  return item;
}

json::object own_item(const domain::ChainSummary& chain, base::Time now) {
  json::object item = list_item(chain, now);
  item.erase("ChainIDVolc");
  item["EndsAt"] = base::to_rfc3339(chain.ends_at);
  item["Status"] = domain::validity_status(chain.ends_at, now);
  item["AccountID"] = chain.account.to_string();
  item["Superseded"] = chain.superseded.has_value();
  item["SupersededBy"] = chain.superseded ? chain.superseded->by.to_string() : "";
  item["SupersededAt"] = chain.superseded ? base::to_rfc3339(chain.superseded->at) : "";
  return item;
}

json::object served_item(const service::ServedCert& served, base::Time now) {
  const domain::Receipt& receipt = served.receipt;
  json::object item;
  item["Edge"] = receipt.edge;
  item["Domain"] = receipt.domain;
  item["AccountID"] = served.account.to_string();
  item["ChainID"] = receipt.chain.to_string();
  item["CertID"] = receipt.version.to_string();
  item["EndsAt"] = base::to_rfc3339(receipt.valid_until);
  item["Status"] = domain::validity_status(receipt.valid_until, now);
  item["LastSeen"] = receipt.last_seen ? base::to_rfc3339(*receipt.last_seen) : "";
  return item;
}

json::object brief_info(const service::CertificateFacts& facts) {
  json::object info;
  info["EncryptionAlgorithm"] = facts.key;
  info["FingerprintSHA1"] = facts.sha1;
  info["FingerprintSHA256"] = facts.sha256;
  info["Issuer"] = facts.issuer;
  info["SignatureAlgorithm"] = facts.signature_algorithm;
  return info;
}

// Adds the members that BytePlus's SDK also reads: those of the leaf next to the other members, and those of each
// certificate in SSL.
void add_facts(const service::DescribeCertOutput& output, json::object& result) {
  for (const json::key_value_pair& member : brief_info(output.facts.front())) result[member.key()] = member.value();
  result["OpenSSLFormat"] = output.leaf_text;
  json::array& chain = result["SSL"].as_object()["ChainBriefInfo"].emplace_array();
  for (const service::CertificateFacts& facts : output.facts) {
    json::object info = brief_info(facts);
    info["Subject"] = facts.subject;
    chain.push_back(std::move(info));
  }
}

// Reads the filters that the lists of both generations take.
service::ListCertsInput bind_filter(const Binder& binder) {
  service::ListCertsInput input;
  const auto available = binder.optional_bool("Available");
  const auto expiring = binder.optional_bool("Expiring");
  input.disabled = available == false;
  // The vendor's odd rule: Expiring counts only when Available is sent too.
  if (available) input.expired = expiring.value_or(false);
  input.domain = binder.optional_string("Domain");
  return input;
}

// A part of a name can be no longer than a name.
std::optional<std::string> bind_name_part(const Binder& binder) {
  auto part = binder.optional_string("CertName");
  binder.check_length("CertName", part.value_or(""), 0, kMaxCertName);
  return part;
}

void bind_page(const Binder& binder, service::ListCertsInput& input) {
  input.page_number = binder.optional_integer("PageNum", 1, kMaxPageNumber);
  input.page_size = binder.optional_integer("PageSize", 1, kMaxPageSize);
}

}  // namespace

base::Result<Output> list_cert_v2(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  service::ListCertsInput input = bind_filter(binder);
  input.name = bind_name_part(binder);
  input.project = binder.optional_string("ProjectName");
  bind_page(binder, input);
  TRY(binder.finish());
  TRY_ASSIGN(service::ListCertsOutput list, service::list_certs(services, context, input));
  const json::object info = expiration_info(list.counts());
  return Output(cert_list(std::move(list), info, list_item, context.at));
}

base::Result<Output> list_cert(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  const service::ListCertsInput input = bind_filter(binder);
  TRY(binder.finish());
  TRY_ASSIGN(service::ListCertsOutput list, service::list_certs(services, context, input));
  const json::object info = expiration_info(list.counts());
  return Output(cert_list(std::move(list), info, legacy_item, context.at));
}

base::Result<Output> list_cert_bind_info(service::Services& services, const service::Context& context,
                                         const JsonInput& json) {
  constexpr std::int64_t kOff = 0;
  constexpr std::int64_t kOn = 1;
  constexpr std::int64_t kEither = 2;
  const Binder binder(json);
  service::ListBindInfoInput input;
  input.page_number = binder.required_integer("PageNum", 1, kMaxPageNumber);
  input.page_size = binder.required_integer("PageSize", 1, kMaxPageSize);
  input.domain = binder.optional_string("Domain");
  input.vhost = binder.optional_string("Vhost");
  input.types = binder.optional_strings("DomainTypeList");
  for (const std::string& type : input.types) check_type(binder, "DomainTypeList", type);
  const std::int64_t https = binder.optional_integer("HTTPS", kOff, kEither).value_or(kOn);
  if (https != kEither) input.https = https == kOn;
  TRY(binder.finish());
  TRY_ASSIGN(store::DomainPage page, service::list_bind_info(services, context, input));
  return Output(list_text({{"Total", page.total}}, "CertBindList", std::move(page.domains), bind_item));
}

base::Result<Output> list_certs(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  service::ListCertsInput input;
  input.name = bind_name_part(binder);
  input.project = binder.optional_string("ProjectName");
  input.domain = binder.optional_string("Domain");
  input.superseded = binder.optional_bool("Superseded");
  input.expired = binder.optional_bool("Expired");
  const auto within = binder.optional_integer("ExpiringWithin", 0, kMaxExpiringWithin);
  if (within) input.expiring_within = base::Seconds(*within);
  input.bound_only = binder.optional_bool("Bound").value_or(false);
  input.all_accounts = binder.optional_bool("AllAccounts").value_or(false);
  input.chain_id_prefix = binder.optional_string("ChainIDPrefix");
  bind_page(binder, input);
  TRY(binder.finish());
  TRY_ASSIGN(service::ListCertsOutput list, service::list_certs(services, context, input));
  return Output(cert_list(std::move(list), {}, own_item, context.at));
}

base::Result<Output> list_served_certs(service::Services& services, const service::Context& context,
                                       const JsonInput& json) {
  const Binder binder(json);
  const std::int64_t within = binder.required_integer("ExpiringWithin", 0, kMaxExpiringWithin);
  const bool all_accounts = binder.optional_bool("AllAccounts").value_or(false);
  TRY(binder.finish());
  TRY_ASSIGN(auto served, service::list_served(services, context, base::Seconds(within), all_accounts));
  const std::size_t total = served.size();
  const auto to_item = [now = context.at](const service::ServedCert& each) { return served_item(each, now); };
  return Output(list_text({{"Total", total}}, "ServedList", std::move(served), to_item));
}

base::Result<Output> describe_cert_detail_secret_v2(service::Services& services, const service::Context& context,
                                                    const JsonInput& json) {
  const Binder binder(json);
  service::DescribeCertInput input;
  input.chain_id = binder.optional_string("ChainID");
  input.cert_id = binder.optional_string("CertID");
  TRY(binder.finish());

  TRY_ASSIGN(const service::DescribeCertOutput output, service::describe_cert(services, context, input));
  json::object result = chain_members(output.detail.summary, context.at);
  result["CertID"] = output.detail.summary.current.to_string();
  result["ProjectName"] = output.detail.summary.project;
  result["EndsAt"] = base::to_rfc3339(output.detail.summary.ends_at);
  json::object& material = result["SSL"].emplace_object();
  material["KeyType"] = output.detail.key_kind;
  material["Chain"] = strings_to_json(output.chain_pem);
  add_facts(output, result);
  if (!output.warnings.empty()) result["Warnings"] = strings_to_json(output.warnings);
  return Output(std::move(result));
}

}  // namespace livecert::api
