#include "benchmarks/micro/fixture.h"

#include <chrono>
#include <cstdlib>
#include <variant>

#include "api/binder.h"
#include "api/json_input.h"
#include "api/upload_input.h"
#include "app/first_start.h"
#include "benchmarks/load/workload.h"
#include "client/credentials.h"
#include "net/request_head.h"
#include "x509/pem_scanner.h"

namespace livecert::benchmarks {
namespace {

// Enough that no cache of the processor holds them all, few enough that a run begins soon.
constexpr std::size_t kUploads = 256;
constexpr std::size_t kMaxHeaders = 100;

std::filesystem::path make_directory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "livecert-benchmark-XXXXXX").string();
  LIVECERT_CHECK(::mkdtemp(pattern.data()) != nullptr);
  return pattern;
}

base::Bytes only_block(const std::string& pem, std::size_t index) {
  const auto blocks = x509::scan_pem(pem, index + 1);
  LIVECERT_CHECK(blocks.size() == index + 1);
  return base::to_bytes(blocks[index].der);
}

// Takes a request of the load apart.
Upload to_upload(const std::string& text) {
  Upload upload;
  const std::size_t head_size = net::find_head_end(text, 0).length;
  upload.head = text.substr(0, head_size);
  const std::string body = text.substr(head_size);
  auto head = std::get<net::RequestHead>(net::parse_head(upload.head, kMaxHeaders));
  upload.request.method = std::move(head.method);
  upload.request.target = std::move(head.target);
  upload.request.headers = std::move(head.headers);
  upload.request.body.assign(body.begin(), body.end());
  upload.request.peer_address = "127.0.0.1";
  const auto json = must(api::JsonInput::parse(upload.request.body));
  const api::UploadInput input = api::bind_upload(api::Binder(json));
  upload.certificates_pem = input.cert.certificates_pem;
  upload.key_pem = input.cert.private_key_pem;
  upload.leaf_der = only_block(upload.certificates_pem, 0);
  upload.issuer_der = only_block(upload.certificates_pem, 1);
  upload.key_der = only_block(upload.key_pem, 0);
  return upload;
}

}  // namespace

Fixture::Fixture() : directory_(make_directory()) {
  app::Config config;
  config.data_dir = directory_ / "data";
  instance_ = must(app::Instance::open(config, app::Instance::IfEmpty::kInitialise));
  credentials_ = must(client::load_credentials_file(app::credentials_file(config.data_dir))).credentials;
  caller_ = must(services().callers.find_caller(credentials_.access_key_id))->caller;

  bench::WorkloadOptions options;
  options.endpoint.url = "http://127.0.0.1:8080";
  options.action = "CreateCert";
  options.count = kUploads;
  const auto workload = must(bench::prepare(options, {&credentials_, 1}, [](std::size_t, std::size_t) {}));
  for (const std::string& request : workload.requests) uploads_.push_back(to_upload(request));
}

Fixture::~Fixture() {
  instance_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

service::Context Fixture::make_context() const {
  service::Context context;
  context.caller = caller_;
  context.action = "CreateCert";
  context.request_id = "20260101000000" + std::string(20, '0');
  context.peer_address = "127.0.0.1";
  context.at = instance_->clock().now();
  context.deadline = instance_->clock().steady_now() + std::chrono::seconds(60);
  return context;
}

service::CreateCertInput Fixture::input_of(const Upload& upload) {
  service::CreateCertInput input;
  input.name = "benchmark";
  input.certificates_pem = upload.certificates_pem;
  input.private_key_pem = upload.key_pem;
  return input;
}

store::PutVersion Fixture::put_version_of(const Upload& upload) {
  const service::Context context = make_context();
  const service::CreateCertInput input = input_of(upload);
  const auto target = must(service::choose_target(services(), context, input));
  const auto judgement = must(service::judge_upload(services(), context, input, x509::KeyProof::kNone));
  LIVECERT_CHECK(judgement.accepted.has_value());
  store::PutVersion command = service::make_put_version(services(), input, target, *judgement.accepted);
  LIVECERT_CHECK(service::seal_version(services(), context, command, judgement.accepted->key).has_value());
  return command;
}

}  // namespace livecert::benchmarks
