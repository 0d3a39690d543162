#include "net/fetcher.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include <curl/curl.h>

#include "base/check.h"
#include "net/public_address.h"

namespace livecert::net {
namespace {

constexpr std::size_t kShown = 256;  // of a URL in an error

using base::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct CurlFreer {
  void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
  void operator()(CURLU* url) const { ::curl_url_cleanup(url); }
  void operator()(char* text) const { ::curl_free(text); }
};
using Handle = std::unique_ptr<CURL, CurlFreer>;
using Url = std::unique_ptr<CURLU, CurlFreer>;
using Text = std::unique_ptr<char, CurlFreer>;

// One request and what was received for it.
struct Hop {
  const FetchPolicy& policy;
  base::Bytes body = {};
  bool refused_address = false;
  bool too_large = false;
};

base::Error failure(ErrorCode code, const std::string& url, std::string_view what) {
  return {code, url.substr(0, kShown) + ": " + std::string(what)};
}

bool is_allowed_port(const FetchPolicy& policy, unsigned port) {
  return std::find(policy.ports.begin(), policy.ports.end(), port) != policy.ports.end();
}

// `address` is the one of the connection that is about to be made; it cannot change any more.
bool is_allowed(const FetchPolicy& policy, const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return is_allowed_port(policy, ntohs(v4.sin_port)) && (policy.allow_private_addresses || is_public_address(bytes));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return is_allowed_port(policy, ntohs(v6.sin6_port)) && (policy.allow_private_addresses || is_public_address(bytes));
  }
  return false;
}

curl_socket_t open_socket(void* context, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& hop = *static_cast<Hop*>(context);
  if (!is_allowed(hop.policy, address->addr)) {
    hop.refused_address = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* context) {
  auto& hop = *static_cast<Hop*>(context);
  const std::size_t bytes = size * count;
  if (bytes > hop.policy.max_bytes - hop.body.size()) {
    hop.too_large = true;
    return 0;
  }
  const base::ByteView piece = base::as_bytes({data, bytes});
  hop.body.insert(hop.body.end(), piece.begin(), piece.end());
  return bytes;
}

base::Result<Url> parse_url(const FetchPolicy& policy, const std::string& text) {
  Url url(::curl_url());
  LIVECERT_CHECK(url != nullptr);
  if (::curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return failure(ErrorCode::kUpstreamFailure, text, "not a URL that can be fetched");
  }
  const auto part = [&](CURLUPart which) {
    char* value = nullptr;
    ::curl_url_get(url.get(), which, &value, CURLU_DEFAULT_PORT);
    const Text owner(value);
    return std::string(value == nullptr ? "" : value);
  };
  const std::string scheme = part(CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return failure(ErrorCode::kUpstreamFailure, text, "only http and https URLs are fetched");
  }
  const std::string port = part(CURLUPART_PORT);
  unsigned number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  if (!is_allowed_port(policy, number)) {
    return failure(ErrorCode::kUpstreamFailure, text, "port " + port + " is not allowed");
  }
  return url;
}

void configure(CURL* handle, CURLU* url, Hop& hop, milliseconds time) {
  const auto set = [handle](CURLoption option, auto value) {
    LIVECERT_CHECK(::curl_easy_setopt(handle, option, value) == CURLE_OK);
  };
  set(CURLOPT_CURLU, url);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");  // not even one from the environment
  set(CURLOPT_USERAGENT, "livecert");
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a name server that does not answer must not prolong the timeout
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(hop.policy.max_bytes));
  set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(CURLOPT_OPENSOCKETDATA, &hop);
  set(CURLOPT_WRITEFUNCTION, take_body);
  set(CURLOPT_WRITEDATA, &hop);
}

base::Error to_error(CURLcode code, const Hop& hop, const std::string& url) {
  if (hop.too_large || code == CURLE_FILESIZE_EXCEEDED) {
    return failure(ErrorCode::kUpstreamBadAnswer, url,
                   "the answer is larger than " + std::to_string(hop.policy.max_bytes) + " bytes");
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return failure(ErrorCode::kDeadlineExceeded, url, "no answer in time");
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_UNSUPPORTED_PROTOCOL:  // how curl names HTTP/0.9
    case CURLE_BAD_CONTENT_ENCODING:
      return failure(ErrorCode::kUpstreamBadAnswer, url, ::curl_easy_strerror(code));
    default:
      break;
  }
  if (hop.refused_address) return failure(ErrorCode::kUpstreamFailure, url, "its address is not a public one");
  return failure(ErrorCode::kUpstreamFailure, url, ::curl_easy_strerror(code));
}

// The body, or the target of a redirect.
struct Answer {
  base::Bytes body;
  std::optional<std::string> location;
};

base::Result<Answer> ask(const FetchPolicy& policy, const std::string& text, milliseconds time) {
  TRY_ASSIGN(const Url url, parse_url(policy, text));
  const Handle handle(::curl_easy_init());
  LIVECERT_CHECK(handle != nullptr);
  Hop hop{policy};
  configure(handle.get(), url.get(), hop, time);
  const CURLcode code = ::curl_easy_perform(handle.get());
  if (code != CURLE_OK) return to_error(code, hop, text);
  long status = 0;
  ::curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return Answer{std::move(hop.body), std::nullopt};
  char* location = nullptr;
  ::curl_easy_getinfo(handle.get(), CURLINFO_REDIRECT_URL, &location);
  if (location == nullptr) {
    return failure(ErrorCode::kUpstreamBadAnswer, text, "the answer has status " + std::to_string(status));
  }
  return Answer{{}, location};
}

}  // namespace

Fetcher::Fetcher(Policy policy) : policy_(std::move(policy)) {
  // Done once in the process, before any handle; curl makes it safe to call from several threads.
  static const CURLcode ready = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  LIVECERT_CHECK(ready == CURLE_OK);
}

base::Result<base::Bytes> Fetcher::get(const std::string& url, milliseconds time_left) const {
  std::size_t requests_left = std::numeric_limits<std::size_t>::max();
  return get(url, time_left, requests_left);
}

base::Result<base::Bytes> Fetcher::get(const std::string& url, milliseconds time_left,
                                       std::size_t& requests_left) const {
  const auto deadline = steady_clock::now() + std::min(time_left, policy_.timeout);
  std::string next = url;
  for (int redirects = 0; redirects <= policy_.max_redirects; ++redirects) {
    const auto time = std::chrono::floor<milliseconds>(deadline - steady_clock::now());
    // For curl, a timeout of zero means no timeout.
    if (time <= milliseconds(0)) return failure(ErrorCode::kDeadlineExceeded, next, "no answer in time");
    if (requests_left == 0) return failure(ErrorCode::kUpstreamFailure, next, "no further request is allowed");
    --requests_left;
    TRY_ASSIGN(Answer answer, ask(policy_, next, time));
    if (!answer.location) return std::move(answer.body);
    next = *std::move(answer.location);
  }
  return failure(ErrorCode::kUpstreamBadAnswer, url, "redirects too often");
}

}  // namespace livecert::net
