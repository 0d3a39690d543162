#include "api/cert_actions.h"

#include <array>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "api/binder.h"
#include "api/chain_json.h"
#include "api/upload_files.h"
#include "base/word.h"
#include "service/bind_cert.h"
#include "service/bind_certs.h"
#include "service/create_cert.h"
#include "service/delete_cert.h"
#include "service/rename_cert.h"
#include "service/unbind_cert.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

json::object stored_cert(const base::ChainId& chain, const std::string& domain, const std::string& use_way) {
  json::object result;
  result["ChainID"] = chain.to_string();
  result["Domain"] = domain;
  result["UseWay"] = use_way;
  return result;
}

base::Result<Output> to_output(const base::Result<service::CreateCertOutput>& stored, const std::string& use_way) {
  if (!stored) return stored.error();
  json::object result = stored_cert(stored->chain, stored->domain, use_way);
  if (!stored->warnings.empty()) result["Warnings"] = strings_to_json(stored->warnings);
  return Output(std::move(result));
}

Answered store_upload(service::Services& services, const service::Context& context, const UploadInput& input) {
  return service::create_cert(services, context, input.cert)
      .then([use_way = input.use_way](const base::Result<service::CreateCertOutput>& stored) {
        return to_output(stored, use_way);
      });
}

std::optional<domain::TlsVersion> bind_tls_version(const Binder& binder, std::string_view name) {
  const std::string text = binder.optional_string(name).value_or("");
  binder.check_one_of(name, text, base::words_of(domain::kTlsVersions));
  return domain::parse_tls_version(text);
}

domain::TlsSwitches bind_switches(const Binder& binder, bool default_https) {
  domain::TlsSwitches tls;
  tls.https = binder.optional_bool("HTTPS").value_or(default_https);
  tls.http2 = binder.optional_bool("HTTP2").value_or(false);
  tls.min_version = bind_tls_version(binder, "MinTLSVersion").value_or(tls.min_version);
  tls.max_version = bind_tls_version(binder, "MaxTLSVersion");
  return tls;
}

std::string_view to_text(service::PlannedEffect effect) {
  switch (effect) {
    case service::PlannedEffect::kBind:
      return "bind";
    case service::PlannedEffect::kRegisterAndBind:
      return "register";
    case service::PlannedEffect::kNothing:
      return "none";
    case service::PlannedEffect::kRefused:
      break;
  }
  return "refused";
}

boost::json::object planned_bind(const service::PlannedBind& planned) {
  boost::json::object object;
  object["Domain"] = planned.domain;
  object["Effect"] = to_text(planned.effect);
  if (planned.former) object["FormerChainID"] = planned.former->to_string();
  if (planned.error) object["Message"] = planned.error->message;
  return object;
}

}  // namespace

Answered create_cert(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  const UploadInput input = bind_upload(binder);
  TRY(binder.finish());
  return store_upload(services, context, input);
}

Answered upload_cert(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  TRY_ASSIGN(const UploadInput input, bind_upload_or_files(binder));
  return store_upload(services, context, input);
}

Answered update_cert(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  const UploadInput input = bind_update(binder);
  TRY(binder.finish());
  if (!input.cert.certificates_pem.empty()) return store_upload(services, context, input);
  TRY_ASSIGN(const service::RenameCertOutput output,
             service::rename_cert(services, context, *input.cert.chain_id, *input.cert.name));
  return Output(stored_cert(output.chain, output.domain, input.use_way));
}

base::Result<Output> bind_cert(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  service::BindCertInput input;
  input.chain_id = binder.required_string("ChainID");
  input.domain = binder.required_string("Domain");
  input.tls = bind_switches(binder, false);
  TRY(binder.finish());
  TRY_ASSIGN(const service::BindCertOutput bound, service::bind_cert(services, context, input));
  if (bound.warnings.empty()) return Output();
  return Output(boost::json::object{{"Warnings", strings_to_json(bound.warnings)}});
}

base::Result<Output> bind_certs(service::Services& services, const service::Context& context, const JsonInput& json) {
  constexpr std::size_t kMostDomains = 200;  // of certificates with ten thousand names, in one transaction
  const Binder binder(json);
  service::BindCertsInput input;
  input.chain_id = binder.required_string("ChainID");
  input.domains = binder.required_strings("Domains", {1, kMostDomains});
  input.tls = bind_switches(binder, true);
  input.dry_run = binder.optional_bool("DryRun").value_or(false);
  TRY(binder.finish());
  TRY_ASSIGN(const service::BindCertsOutput output, service::bind_certs(services, context, input));
  boost::json::object result;
  result["Accepted"] = output.is_accepted();
  boost::json::array& domains = result["DomainList"].emplace_array();
  for (const service::PlannedBind& each : output.domains) domains.push_back(planned_bind(each));
  if (!output.warnings.empty()) result["Warnings"] = strings_to_json(output.warnings);
  return Output(std::move(result));
}

base::Result<Output> unbind_cert(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  const std::string domain = binder.required_string("Domain");
  TRY(binder.finish());
  TRY(service::unbind_cert(services, context, domain));
  return Output();
}

base::Result<Output> delete_cert(service::Services& services, const service::Context& context, const JsonInput& json) {
  const Binder binder(json);
  const std::string chain = binder.required_string("ChainID");
  TRY(binder.finish());
  TRY(service::delete_cert(services, context, chain));
  return Output();
}

}  // namespace livecert::api
