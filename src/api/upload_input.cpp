#include "api/upload_input.h"

namespace livecert::api {
namespace {

std::optional<std::string> bind_cert_name(const Binder& binder) {
  auto name = binder.optional_string("CertName");
  binder.check_length("CertName", name.value_or(""), 0, kMaxCertName);
  return name;
}

std::string bind_use_way(const Binder& binder) {
  std::string use_way = binder.required_string("UseWay");
  binder.check_one_of("UseWay", use_way, {"https"});
  return use_way;
}

void bind_pair(const Binder& pair, service::CreateCertInput& input) {
  input.certificates_pem = pair.required_text("Pubkey");
  input.private_key_pem = pair.required_text("Prikey");
}

}  // namespace

UploadInput bind_upload_target(const Binder& binder) {
  UploadInput input;
  input.cert.name = bind_cert_name(binder);
  input.cert.project = binder.optional_string("ProjectName");
  input.cert.chain_id = binder.optional_string("ChainID");
  input.use_way = bind_use_way(binder);
  return input;
}

UploadInput bind_upload(const Binder& binder) {
  UploadInput input = bind_upload_target(binder);
  bind_pair(binder.required_object("Rsa"), input.cert);
  return input;
}

UploadInput bind_update(const Binder& binder) {
  UploadInput input;
  input.cert.name = bind_cert_name(binder);
  input.cert.chain_id = binder.required_string("ChainID");
  input.use_way = bind_use_way(binder);
  const auto pair = binder.optional_object("Rsa");
  if (pair) bind_pair(*pair, input.cert);
  if (!pair && !input.cert.name) binder.unbindable("CertName", "or Rsa is required");
  return input;
}

}  // namespace livecert::api
