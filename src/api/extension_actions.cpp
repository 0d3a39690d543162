#include "api/extension_actions.h"

#include <array>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "api/binder.h"
#include "api/chain_json.h"
#include "api/error_map.h"
#include "api/list_text.h"
#include "api/upload_files.h"
#include "base/word.h"
#include "service/list_domains.h"
#include "service/list_versions.h"
#include "service/plan_cert.h"
#include "service/prune_certs.h"
#include "service/rollback_cert.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMaxExpiredForDays = 36'500;

constexpr std::array<base::Word<service::UploadEffect>, 5> kEffects{{
    {service::UploadEffect::kCreate, "create"},
    {service::UploadEffect::kUpdate, "update"},
    {service::UploadEffect::kRelabel, "relabel"},
    {service::UploadEffect::kNone, "none"},
    {service::UploadEffect::kRefuse, "refuse"},
}};
static_assert(base::has_all_words(kEffects, service::UploadEffect::kRefuse));

constexpr std::array<base::Word<x509::Part>, 3> kParts{{
    {x509::Part::kUpload, "upload"},
    {x509::Part::kCertificates, "certificates"},
    {x509::Part::kPrivateKey, "key"},
}};
static_assert(base::has_all_words(kParts, x509::Part::kPrivateKey));

json::object finding_item(const x509::Finding& finding) {
  json::object object;
  object["Id"] = finding.id;
  object["Severity"] = finding.severity == x509::Severity::kError ? "error" : "warning";
  object["Part"] = base::text_of(kParts, finding.part);
  object["Block"] = finding.block;
  object["Message"] = finding.message;
  object["Remedy"] = finding.remedy;
  return object;
}

json::object error_members(const base::Error& error) {
  const WireError wire = to_wire(error, Stage::kAction);
  json::object object;
  object["Code"] = wire.code;
  object["Message"] = wire.message;
  return object;
}

json::object version_item(const service::CertVersion& version, base::Time now) {
  const domain::VersionSummary& summary = version.summary;
  json::object object;
  object["CertID"] = summary.id.to_string();
  object["Current"] = summary.is_current;
  object["KeyType"] = summary.key_kind;
  object["NotBefore"] = base::to_rfc3339(summary.not_before);
  object["NotAfter"] = base::to_rfc3339(summary.not_after);
  object["EndsAt"] = base::to_rfc3339(summary.ends_at);
  object["Status"] = domain::validity_status(summary.ends_at, now);
  object["DNSNames"] = strings_to_json(version.dns_names);
  object["Fingerprint"] = version.fingerprint;
  object["CreateTime"] = base::to_rfc3339(summary.created_at);
  object["CreatedBy"] = summary.created_by;
  object["CreatedFrom"] = summary.created_from;
  return object;
}

json::object pruned_item(const domain::ChainSummary& chain) {
  json::object object;
  object["ChainID"] = chain.id.to_string();
  object["CertName"] = chain.name;
  object["ProjectName"] = chain.project;
  object["NotAfter"] = base::to_rfc3339(chain.not_after);
  object["SupersededBy"] = chain.superseded ? chain.superseded->by.to_string() : "";
  return object;
}

json::object binding_item(const store::DomainDetail& detail) {
  json::object object;
  object["Domain"] = detail.domain.name.view();
  object["Vhost"] = detail.domain.vhost;
  object["ProjectName"] = detail.domain.project;
  const domain::Binding binding = detail.binding.value_or(domain::Binding());
  object["ChainID"] = binding.chain.to_string();
  object["HTTPS"] = binding.tls.https;
  object["HTTP2"] = binding.tls.http2;
  object["MinTLSVersion"] = domain::to_text(binding.tls.min_version);
  object["MaxTLSVersion"] = domain::to_text(binding.tls.max_version);
  object["BoundAt"] = base::to_rfc3339(binding.bound_at);
  object["BoundBy"] = binding.bound_by;
  object["BoundFrom"] = binding.bound_from;
  return object;
}

}  // namespace

base::Result<Output> plan_cert(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  TRY_ASSIGN(const UploadInput input, bind_upload_or_files(binder));
  TRY_ASSIGN(const service::PlanCertOutput plan, service::plan_cert(services, context, input.cert));

  json::object result;
  result["Accepted"] = !plan.error.has_value();
  result["Effect"] = base::text_of(kEffects, plan.effect);
  if (plan.chain) result["ChainID"] = plan.chain->to_string();
  if (plan.domain) result["Domain"] = *plan.domain;
  json::array& findings = result["Findings"].emplace_array();
  for (const x509::Finding& finding : plan.findings) findings.push_back(finding_item(finding));
  if (!plan.chain_pem.empty()) result["Chain"] = strings_to_json(plan.chain_pem);
  result["UncoveredDomains"] = strings_to_json(plan.uncovered);
  if (plan.error) result["Error"] = error_members(*plan.error);
  return Output(std::move(result));
}

base::Result<Output> list_cert_versions(service::Services& services, const service::Context& context,
                                        const JsonInput& json) {
  const Binder binder(json);
  const std::string chain = binder.required_string("ChainID");
  TRY(binder.finish());
  TRY_ASSIGN(const service::ListVersionsOutput output, service::list_versions(services, context, chain));
  json::object result;
  result["ChainID"] = output.chain.to_string();
  json::array& list = result["VersionList"].emplace_array();
  for (const service::CertVersion& version : output.versions) list.push_back(version_item(version, context.at));
  return Output(std::move(result));
}

base::Result<Output> rollback_cert(service::Services& services, const service::Context& context,
                                   const JsonInput& json) {
  const Binder binder(json);
  const std::string chain = binder.required_string("ChainID");
  const auto version = binder.optional_string("CertID");
  TRY(binder.finish());
  TRY_ASSIGN(const service::RollbackCertOutput output, service::rollback_cert(services, context, chain, version));
  json::object result;
  result["ChainID"] = output.chain.to_string();
  result["CertID"] = output.current.to_string();
  return Output(std::move(result));
}

base::Result<Output> prune_certs(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  service::PruneCertsInput input;
  input.dry_run = binder.optional_bool("DryRun").value_or(false);
  input.expired_for = std::chrono::days(binder.optional_integer("ExpiredForDays", 0, kMaxExpiredForDays).value_or(0));
  input.project = binder.optional_string("ProjectName");
  TRY(binder.finish());
  TRY_ASSIGN(const service::PruneCertsOutput output, service::prune_certs(services, context, input));
  json::object result;
  result["Total"] = output.chains.size();
  result["More"] = output.has_more;
  json::array& list = result["CertList"].emplace_array();
  for (const domain::ChainSummary& chain : output.chains) list.push_back(pruned_item(chain));
  return Output(std::move(result));
}

base::Result<Output> list_bindings(service::Services& services, const service::Context& context,
                                   const JsonInput& json) {
  const Binder binder(json);
  service::ListBindingsInput input;
  input.chain_id = binder.optional_string("ChainID");
  input.domain = binder.optional_string("Domain");
  input.page_number = binder.optional_integer("PageNum", 1, kMaxPageNumber).value_or(1);
  input.page_size = binder.optional_integer("PageSize", 1, kMaxPageSize).value_or(kMaxPageSize);
  TRY(binder.finish());
  TRY_ASSIGN(store::DomainPage page, service::list_bindings(services, context, input));
  return Output(list_text({{"Total", page.total}}, "BindingList", std::move(page.domains), binding_item));
}

}  // namespace livecert::api
