#include "bench/workload.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/check.h"
#include "base/secret.h"
#include "bench/authority.h"
#include "crypto/random.h"

namespace livecert::bench {
namespace {

namespace json = boost::json;

constexpr std::string_view kVersion = "2023-01-01";
constexpr std::string_view kContentType = "application/json";
constexpr std::size_t kThreads = 2;
constexpr std::size_t kListed = 1000;

base::Result<std::string> host_of(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) {
    return base::Error{base::ErrorCode::kConfiguration, "the endpoint must begin with http://: " + url};
  }
  std::string host = url.substr(kScheme.size());
  if (host.ends_with('/')) host.pop_back();
  return host;
}

// Signs requests for one endpoint.
class Requests {
 public:
  Requests(std::string host, const signature::Credentials& credentials, std::string_view action)
      : host_(std::move(host)),
        credentials_(credentials),
        target_("/?Action=" + std::string(action) + "&Version=" + std::string(kVersion)) {}

  [[nodiscard]] std::string make(std::string_view body) const {
    const http::Headers added = signature::sign({"POST", target_, host_, kContentType, base::as_bytes(body)},
                                                credentials_, base::SystemClock().now(), "cn-north-1", "live");
    std::string request = "POST " + target_ + " HTTP/1.1\r\nHost: " + host_ + "\r\nContent-Type: ";
    request.append(kContentType).append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n");
    for (const http::Header& header : added.fields()) request += header.name + ": " + header.value + "\r\n";
    return request.append("\r\n").append(body);
  }

 private:
  std::string host_;
  const signature::Credentials& credentials_;
  std::string target_;
};

// The n-th request of a workload; called from several threads.
using MakeRequest = std::function<base::Result<std::string>(std::size_t n)>;

base::Result<Workload> make_requests(std::size_t count, const MakeRequest& make, const Progress& progress) {
  Workload workload;
  workload.requests.resize(count);
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::optional<base::Error> failure;
  const auto work = [&](bool reports) {
    for (std::size_t n = next++; n < count; n = next++) {
      auto request = make(n);
      if (!request) {
        const std::lock_guard lock(mutex);
        failure = request.error();
        return;
      }
      workload.requests[n] = *std::move(request);
      if (reports && n % 64 < kThreads) progress(n, count);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < kThreads; ++i) threads.emplace_back([&] { work(false); });
    work(true);
  }
  if (failure) return *failure;
  progress(count, count);
  return workload;
}

base::Result<Workload> prepare_creates(const WorkloadOptions& options, const Requests& requests,
                                       const Progress& progress) {
  TRY_ASSIGN(const Authority authority, Authority::make(options.key_type, base::SystemClock().now()));
  const auto make = [&](std::size_t n) -> base::Result<std::string> {
    TRY_ASSIGN(const std::string body, authority.body(n));
    return requests.make(body);
  };
  return make_requests(options.count, make, progress);
}

base::Bytes random_bytes(std::size_t size) {
  base::Bytes bytes(size);
  crypto::SystemRandom().fill(bytes);
  return bytes;
}

// A put through the JSON gateway of etcd, to a random key like a ChainID.
std::string make_put(const std::string& host, std::size_t record_size) {
  const std::string key = "/chains/" + base::to_hex(random_bytes(16));
  const std::string body = "{\"key\":\"" + base::to_base64(base::as_bytes(key)) + "\",\"value\":\"" +
                           base::to_base64(random_bytes(record_size)) + "\"}";
  return "POST /v3/kv/put HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: " + std::string(kContentType) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

base::Result<std::vector<std::string>> list_chains(const client::Endpoint& endpoint,
                                                   const signature::Credentials& credentials) {
  const base::SystemClock clock;
  client::Client client(
      endpoint, {credentials.access_key_id, credentials.secret.clone(base::SecretAccess()), credentials.session_token},
      clock);
  const std::string body = "{\"PageNum\":1,\"PageSize\":" + std::to_string(kListed) + "}";
  TRY_ASSIGN(const http::Response answer, client.call("ListCertV2", kVersion, base::as_bytes(body)));
  json::error_code failed;
  const json::value document = json::parse(std::get<std::string>(answer.body), failed);
  const json::value* list = failed ? nullptr : document.find_pointer("/Result/CertList", failed);
  std::vector<std::string> chains;
  if (list != nullptr && list->is_array()) {
    for (const json::value& item : list->get_array()) chains.emplace_back(item.at("ChainID").as_string());
  }
  if (chains.empty()) {
    return base::Error{base::ErrorCode::kConfiguration, "the endpoint lists no certificates that could be described"};
  }
  return chains;
}

}  // namespace

base::Result<Workload> prepare(const WorkloadOptions& options, const signature::Credentials& credentials,
                               const Progress& progress) {
  TRY_ASSIGN(std::string host, host_of(options.endpoint.url));
  const Requests requests(std::move(host), credentials, options.action);
  if (options.action == "CreateCert") return prepare_creates(options, requests, progress);
  Workload workload;
  workload.repeats = true;
  if (options.action == "ListCertV2") {
    workload.requests.push_back(requests.make("{\"PageNum\":1,\"PageSize\":100}"));
    return workload;
  }
  if (options.action != "DescribeCertDetailSecretV2") {
    return base::Error{base::ErrorCode::kConfiguration, "unknown action: " + options.action};
  }
  TRY_ASSIGN(const std::vector<std::string> chains, list_chains(options.endpoint, credentials));
  for (const std::string& chain : chains) workload.requests.push_back(requests.make("{\"ChainID\":\"" + chain + "\"}"));
  return workload;
}

base::Result<std::size_t> record_size(KeyType key_type) {
  TRY_ASSIGN(const Authority authority, Authority::make(key_type, base::SystemClock().now()));
  return authority.record_size();
}

base::Result<Workload> prepare_etcd(const WorkloadOptions& options, const Progress& progress) {
  TRY_ASSIGN(const std::string host, host_of(options.endpoint.url));
  TRY_ASSIGN(const std::size_t size, record_size(options.key_type));
  const auto make = [&](std::size_t) -> base::Result<std::string> { return make_put(host, size); };
  TRY_ASSIGN(Workload workload, make_requests(options.count, make, progress));
  workload.success = "\"revision\":";
  return workload;
}

}  // namespace livecert::bench
