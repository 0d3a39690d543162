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
  input.tls.https = binder.optional_bool("HTTPS").value_or(false);
  input.tls.http2 = binder.optional_bool("HTTP2").value_or(false);
  input.tls.min_version = bind_tls_version(binder, "MinTLSVersion").value_or(input.tls.min_version);
  input.tls.max_version = bind_tls_version(binder, "MaxTLSVersion");
  TRY(binder.finish());
  TRY_ASSIGN(const service::BindCertOutput bound, service::bind_cert(services, context, input));
  if (bound.warnings.empty()) return Output();
  return Output(boost::json::object{{"Warnings", strings_to_json(bound.warnings)}});
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
