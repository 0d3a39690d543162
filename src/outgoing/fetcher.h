#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace livecert::outgoing {

struct FetchPolicy {
  bool allow_private_addresses = false;
  std::vector<std::uint16_t> ports{80, 443};
  std::size_t max_bytes = 64UL * 1024;
  std::chrono::milliseconds timeout{2000};
  int max_redirects = 3;
};

// One GET of a fetch, as a value: one address, no redirect.
struct Fetch {
  std::string url;
  bool allow_private_addresses = false;
  std::vector<std::uint16_t> ports;
  std::size_t max_bytes = 0;
  std::chrono::milliseconds time{0};
};

// The body of an answer with status 200, or the target of a redirect, which is printable ASCII.
struct Fetched {
  base::Bytes body;
  std::optional<std::string> location;
};

// Does one GET by the rules of Fetcher. Blocks; callable from many threads at once.
using FetchOnce = std::function<base::Result<Fetched>(const Fetch&)>;

// Fetches small public files from addresses that strangers name, such as the issuer's certificate that a certificate
// refers to (RFC 5280 §4.2.2.1). Only http and https, only the policy's ports, only public addresses. The address of
// the actual connection is checked, so that a DNS name cannot lead elsewhere, and again after every redirect. Uses no
// proxy and sends no credentials. Calls are independent; callable from many threads at once.
class Fetcher {
 public:
  using Policy = FetchPolicy;

  explicit Fetcher(FetchOnce fetch) : Fetcher(Policy(), std::move(fetch)) {}
  Fetcher(Policy policy, FetchOnce fetch) : policy_(std::move(policy)), fetch_(std::move(fetch)) {}

  // Returns the body of a 200 answer, within the shorter of `time_left` and the policy's timeout, redirects included.
  // kUpstreamFailure: not allowed, or not reachable. kUpstreamBadAnswer: another status, too large, not HTTP.
  // kDeadlineExceeded: too slow. Makes at most `requests_left` requests, redirects included, and deducts them.
  [[nodiscard]] base::Result<base::Bytes> get(const std::string& url, std::chrono::milliseconds time_left,
                                              std::size_t& requests_left) const;
  [[nodiscard]] base::Result<base::Bytes> get(const std::string& url, std::chrono::milliseconds time_left) const;

 private:
  Policy policy_;
  FetchOnce fetch_;
};

// An error about an address that a stranger named: it shows the beginning of the address, which is no secret.
[[nodiscard]] base::Error fetch_error(base::ErrorCode code, const std::string& url, std::string_view reason);

}  // namespace livecert::outgoing
