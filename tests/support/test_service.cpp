#include "support/test_service.h"

#include <algorithm>
#include <future>
#include <memory>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/action.h"
#include "base/check.h"
#include "service/initialise.h"
#include "store/sqlite/sqlite_store.h"

namespace livecert::test {
namespace {

namespace json = boost::json;

constexpr std::string_view kHost = "127.0.0.1:8080";

template <typename T>
T must(base::Result<T> result) {
  LIVECERT_CHECK(result.has_value());
  return std::move(result).value();
}

base::SecretBytes master_key() {
  return base::SecretBytes(base::WipedBuffer(32, 0x5a));
}

// The service that a request for the action is signed for.
std::string_view service_of(const std::string& action) {
  const auto found = std::ranges::find(api::actions(), action, &api::Action::name);
  return found == api::actions().end() ? "live" : found->service;
}

std::string body_text(http::Response response) {
  if (auto* text = std::get_if<std::string>(&response.body)) return std::move(*text);
  std::string whole;
  std::string piece;
  auto& producer = std::get<http::BodyProducer>(response.body);
  while (must(producer(piece))) whole += piece;
  return whole;
}

Answer to_answer(http::Response response, bool waited) {
  Answer answer;
  answer.status = response.status;
  answer.headers = response.headers;
  answer.waited = waited;
  json::object document = json::parse(body_text(std::move(response))).as_object();
  answer.metadata = document["ResponseMetadata"].as_object();
  if (const json::value* result = document.if_contains("Result")) answer.result = *result;
  return answer;
}

}  // namespace

std::string Answer::code() const {
  const json::value* error = metadata.if_contains("Error");
  return error == nullptr ? "" : std::string(error->at("Code").as_string());
}

std::string Answer::message() const {
  const json::value* error = metadata.if_contains("Error");
  return error == nullptr ? "" : std::string(error->at("Message").as_string());
}

std::int64_t Answer::code_number() const {
  const json::value* error = metadata.if_contains("Error");
  const json::value* number = error == nullptr ? nullptr : error->as_object().if_contains("CodeN");
  return number == nullptr ? 0 : number->as_int64();
}

std::string Answer::text(const char* member) const {
  return std::string(result.at(member).as_string());
}

TestService::TestService(Options options) : clock_(*base::parse_basic_time("20260601T120000Z")), pki_(clock_.now()) {
  store::sqlite::Options store_options;
  store_options.directory = directory_.path();
  inner_store_ = must(store::sqlite::SqliteStore::open(store_options, clock_));
  if (options.wrap_store) wrapped_store_ = options.wrap_store(*inner_store_);
  store::Store& store = wrapped_store_ ? *wrapped_store_ : *inner_store_;

  base::Bytes header = must(vault::LocalVault::make_header(master_key(), random_));
  vault_ = must(vault::LocalVault::open(master_key(), header, random_));
  issuers_ = std::make_unique<service::IssuerDirectory>(
      store, clock_, service::IssuerDirectory::Options{options.issuers_folder, options.fetch});
  callers_ = std::make_unique<service::CallerDirectory>(store, *vault_, clock_);
  ids_ = std::make_unique<service::IdSource>(clock_, random_, 0);
  services_ = std::make_unique<service::Services>(
      service::Services{store, *vault_, clock_, random_, *ids_, *callers_, *issuers_, options.settings});
  audit_book_ = std::make_unique<service::AuditBook>(store, clock_);
  services_->audit = audit_book_.get();

  service::Services plain{*inner_store_, *vault_, clock_, random_, *ids_, *callers_, *issuers_, {}};
  const service::Initialisation prepared = must(service::prepare_initialisation(plain, std::move(header)));
  LIVECERT_CHECK(service::initialise(plain, prepared).has_value());
  root_ = {prepared.command.access_key.id, prepared.root_secret.clone(base::SecretAccess()), std::nullopt};
  root_account_ = prepared.command.root.id.to_string();
  answerer_ = std::make_unique<api::Answerer>(
      clock_, "cn-north-1", [this](const api::AccessRecord& record) { access_log_.push_back(record); });
  dispatcher_ = std::make_unique<api::Dispatcher>(*services_, *answerer_, options.rate_limit);
  gateway_ = std::make_unique<api::Gateway>(*services_, *answerer_, *dispatcher_);
}

TestService::~TestService() = default;

http::Request TestService::make_request(const signature::Credentials& credentials, const std::string& action,
                                        const std::string& version, const std::string& body) {
  http::Request request;
  request.method = "POST";
  request.target = "/?Action=" + action + "&Version=" + version;
  request.headers.add("Host", std::string(kHost));
  request.headers.add("Content-Type", "application/json");
  request.body.assign(body.begin(), body.end());
  request.peer_address = "127.0.0.1";
  request.peer_network = "127.0.0.1";
  const http::Headers added = signature::sign({request.method, request.target, kHost, "application/json", request.body},
                                              credentials, clock_.now(), "cn-north-1", service_of(action));
  for (const http::Header& header : added.fields()) request.headers.add(header.name, header.value);
  return request;
}

http::Request TestService::signed_request(const std::string& action, const std::string& body,
                                          const std::string& version) {
  return make_request(root_, action, version, body);
}

Answer TestService::send(http::Request request) {
  request.received = clock_.steady_now();
  request.deadline = request.received + std::chrono::seconds(4);
  http::Answer answer = gateway_->handle(std::move(request));
  const auto now = clock_.steady_now();
  if (answer.turn && answer.turn->at > now) {
    clock_.advance(std::chrono::duration_cast<std::chrono::microseconds>(answer.turn->at - now));
  }
  return to_answer(std::move(answer.response).wait(), answer.turn.has_value());
}

Answer TestService::call(const signature::Credentials& credentials, const std::string& action, const std::string& body,
                         const std::string& version) {
  return send(make_request(credentials, action, version, body));
}

std::string create_cert_body(const PemPair& pair, json::object more) {
  json::object body{{"UseWay", "https"}, {"Rsa", {{"Pubkey", pair.certificates}, {"Prikey", pair.key}}}};
  for (const auto& member : more) body.insert_or_assign(member.key(), member.value());
  return json::serialize(body);
}

Answer TestService::create_cert(const signature::Credentials& credentials, const PemPair& pair, json::object more) {
  return call(credentials, "CreateCert", create_cert_body(pair, std::move(more)));
}

signature::Credentials TestService::new_account(const std::string& name, const std::vector<std::string>& projects) {
  constexpr auto kOwn = "2026-12-01";
  const std::string account =
      call("CreateAccount", json::serialize(json::object{{"AccountName", name}}), kOwn).text("AccountId");
  for (const std::string& project : projects) {
    if (project == "default") continue;
    const Answer made =
        call("CreateProject", json::serialize(json::object{{"AccountId", account}, {"ProjectName", project}}), kOwn);
    LIVECERT_CHECK(made.status == 200);
  }
  const json::object request{{"AccountId", account}, {"Projects", json::array(projects.begin(), projects.end())}};
  const Answer key = call("CreateAccessKey", json::serialize(request), kOwn);
  return {key.text("AccessKeyId"), base::SecretBytes::copy_of(key.text("SecretAccessKey")), std::nullopt};
}

}  // namespace livecert::test
