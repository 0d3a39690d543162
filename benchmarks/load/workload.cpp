#include "benchmarks/load/workload.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/check.h"
#include "base/secret.h"
#include "benchmarks/load/authority.h"
#include "crypto/random.h"

namespace livecert::bench {
namespace {

namespace json = boost::json;

constexpr std::string_view kVersion = "2023-01-01";
constexpr std::string_view kContentType = "application/json";
constexpr std::size_t kThreads = 2;
constexpr std::int64_t kListed = 100;  // on a page
constexpr std::int64_t kPages = 10;    // that are looked at

base::Result<std::string> host_of(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) {
    return base::Error{base::ErrorCode::kConfiguration, "the endpoint must begin with http://: " + url};
  }
  std::string host = url.substr(kScheme.size());
  if (host.ends_with('/')) host.pop_back();
  return host;
}

// Makes requests for one endpoint.
class Requests {
 public:
  Requests(std::string host, std::string_view action)
      : host_(std::move(host)), target_("/?Action=" + std::string(action) + "&Version=" + std::string(kVersion)) {}

  [[nodiscard]] std::string make(std::string_view body, const signature::Credentials& signer) const {
    const http::Headers added = signature::sign({"POST", target_, host_, kContentType, base::as_bytes(body)}, signer,
                                                base::SystemClock().now(), "cn-north-1", "live");
    std::string request = "POST " + target_ + " HTTP/1.1\r\nHost: " + host_ + "\r\nContent-Type: ";
    request.append(kContentType).append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n");
    for (const http::Header& header : added.fields()) request += header.name + ": " + header.value + "\r\n";
    return request.append("\r\n").append(body);
  }

 private:
  std::string host_;
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
                                       std::span<const signature::Credentials> accounts, const Progress& progress) {
  TRY_ASSIGN(const Authority authority, Authority::make(options.key_type, base::SystemClock().now()));
  const auto make = [&](std::size_t n) -> base::Result<std::string> {
    TRY_ASSIGN(const std::string body, authority.body(n));
    return requests.make(body, accounts[n % accounts.size()]);
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

// The `Result` of one page of the list. kUpstreamFailure when the answer is none.
base::Result<json::object> list_page(client::Client& client, std::int64_t number) {
  const std::string body = "{\"PageNum\":" + std::to_string(number) + ",\"PageSize\":" + std::to_string(kListed) + "}";
  TRY_ASSIGN(const http::Response answer, client.call("ListCertV2", kVersion, base::as_bytes(body)));
  json::error_code failed;
  const json::value document = json::parse(std::get<std::string>(answer.body), failed);
  const json::value* result = failed ? nullptr : document.find_pointer("/Result", failed);
  const json::object* page = result == nullptr ? nullptr : result->if_object();
  const bool is_page = page != nullptr && page->contains("Total") && page->contains("CertList");
  if (!is_page) return base::Error{base::ErrorCode::kUpstreamFailure, "the endpoint's list cannot be read"};
  return *page;
}

// ChainIDs from pages at equal distances, the first and the last among them.
base::Result<std::vector<std::string>> list_chains(const client::Endpoint& endpoint,
                                                   const signature::Credentials& credentials) {
  const base::SystemClock clock;
  client::Client client(
      endpoint, {credentials.access_key_id, credentials.secret.clone(base::SecretAccess()), credentials.session_token},
      clock);
  std::vector<std::string> chains;
  std::int64_t last_page = 1;
  for (std::int64_t i = 0; i < std::min(kPages, last_page); ++i) {
    const std::int64_t number = i == 0 ? 1 : 1 + (last_page - 1) * i / (std::min(kPages, last_page) - 1);
    TRY_ASSIGN(const json::object page, list_page(client, number));
    if (i == 0) last_page = std::max<std::int64_t>(1, (page.at("Total").as_int64() + kListed - 1) / kListed);
    for (const json::value& item : page.at("CertList").as_array()) {
      chains.emplace_back(item.at("ChainID").as_string());
    }
  }
  if (chains.empty()) {
    return base::Error{base::ErrorCode::kConfiguration, "the endpoint lists no certificates that could be described"};
  }
  return chains;
}

// In turn, until each has had all of its own.
base::Result<void> add_describes(const WorkloadOptions& options, const Requests& requests,
                                 std::span<const signature::Credentials> accounts, Workload& workload) {
  std::vector<std::vector<std::string>> chains;
  std::size_t most = 0;
  for (const signature::Credentials& account : accounts) {
    TRY_ASSIGN(auto listed, list_chains(options.endpoint, account));
    most = std::max(most, listed.size());
    chains.push_back(std::move(listed));
  }
  for (std::size_t i = 0; i < most; ++i) {
    for (std::size_t j = 0; j < accounts.size(); ++j) {
      if (i >= chains[j].size()) continue;
      workload.requests.push_back(requests.make("{\"ChainID\":\"" + chains[j][i] + "\"}", accounts[j]));
    }
  }
  return {};
}

}  // namespace

base::Result<Workload> prepare(const WorkloadOptions& options, std::span<const signature::Credentials> accounts,
                               const Progress& progress) {
  LIVECERT_CHECK(!accounts.empty());
  TRY_ASSIGN(std::string host, host_of(options.endpoint.url));
  const Requests requests(std::move(host), options.action);
  if (options.action == "CreateCert") return prepare_creates(options, requests, accounts, progress);
  Workload workload;
  workload.repeats = true;
  if (options.action == "ListCertV2") {
    for (const std::string& body : options.bodies) {
      for (const signature::Credentials& account : accounts) workload.requests.push_back(requests.make(body, account));
    }
    return workload;
  }
  if (options.action != "DescribeCertDetailSecretV2") {
    return base::Error{base::ErrorCode::kConfiguration, "unknown action: " + options.action};
  }
  TRY(add_describes(options, requests, accounts, workload));
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
