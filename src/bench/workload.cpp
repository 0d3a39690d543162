#include "bench/workload.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/check.h"
#include "x509/issue.h"
#include "x509/pem.h"

namespace livecert::bench {
namespace {

namespace json = boost::json;

constexpr std::string_view kVersion = "2023-01-01";
constexpr std::string_view kContentType = "application/json";
constexpr std::size_t kThreads = 2;
constexpr std::size_t kListed = 1000;
// Making an RSA key takes a tenth of a second, so leaves share some. The server must not profit from it.
constexpr std::size_t kKeys = 16;

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

base::Result<x509::PrivateKey> make_key(KeyType type) {
  return type == KeyType::kRsa2048 ? x509::generate_rsa_key(2048) : x509::generate_ec_p256_key();
}

// A throwaway authority and the keys of its leaves.
class Authority {
 public:
  static base::Result<Authority> make(KeyType type, base::Time now) {
    TRY_ASSIGN(auto root_key, make_key(type));
    TRY_ASSIGN(auto intermediate_key, make_key(type));
    const base::Time end = now + std::chrono::days(365);
    TRY_ASSIGN(auto root,
               x509::issue_root({.common_name = "Bench Root", .not_before = now, .not_after = end}, root_key));
    TRY_ASSIGN(auto intermediate,
               x509::issue_intermediate({.common_name = "Bench Intermediate", .not_before = now, .not_after = end},
                                        intermediate_key, {root, root_key}));
    Authority authority(std::move(intermediate), std::move(intermediate_key), now);
    for (std::size_t i = 0; i < kKeys; ++i) {
      TRY_ASSIGN(auto key, make_key(type));
      authority.keys_.push_back(std::move(key));
    }
    return authority;
  }

  // The body of a CreateCert for the n-th leaf.
  [[nodiscard]] base::Result<std::string> body(std::size_t n) const {
    const x509::PrivateKey& key = keys_[n % keys_.size()];
    const std::string name = "bench-" + std::to_string(n) + ".example.net";
    TRY_ASSIGN(
        const x509::Certificate leaf,
        x509::issue_leaf(
            {.common_name = name, .dns_names = {name}, .not_before = now_, .not_after = now_ + std::chrono::days(90)},
            key, {intermediate_, intermediate_key_}));
    const base::WipedBuffer key_pem = x509::to_pem(key, base::SecretAccess());
    json::object pair;
    pair["Pubkey"] = x509::to_pem(leaf) + x509::to_pem(intermediate_);
    pair["Prikey"] = base::as_text(key_pem);
    json::object object;
    object["CertName"] = name;
    object["UseWay"] = "https";
    object["Rsa"] = std::move(pair);
    return json::serialize(object);
  }

 private:
  Authority(x509::Certificate intermediate, x509::PrivateKey intermediate_key, base::Time now)
      : intermediate_(std::move(intermediate)), intermediate_key_(std::move(intermediate_key)), now_(now) {}

  x509::Certificate intermediate_;
  x509::PrivateKey intermediate_key_;
  base::Time now_;
  std::vector<x509::PrivateKey> keys_;
};

base::Result<Workload> prepare_creates(const WorkloadOptions& options, const Requests& requests,
                                       const std::function<void(std::size_t, std::size_t)>& progress) {
  TRY_ASSIGN(const Authority authority, Authority::make(options.key_type, base::SystemClock().now()));
  Workload workload;
  workload.requests.resize(options.count);
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::optional<base::Error> failure;
  const auto work = [&](bool reports) {
    for (std::size_t n = next++; n < options.count; n = next++) {
      const auto body = authority.body(n);
      if (!body) {
        const std::lock_guard lock(mutex);
        failure = body.error();
        return;
      }
      workload.requests[n] = requests.make(*body);
      if (reports && n % 64 < kThreads) progress(n, options.count);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < kThreads; ++i) threads.emplace_back([&] { work(false); });
    work(true);
  }
  if (failure) return *failure;
  progress(options.count, options.count);
  return workload;
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
                               const std::function<void(std::size_t, std::size_t)>& progress) {
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

}  // namespace livecert::bench
