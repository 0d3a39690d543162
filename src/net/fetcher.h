#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace livecert::net {

struct FetchPolicy {
  bool allow_private_addresses = false;
  std::vector<std::uint16_t> ports{80, 443};
  std::size_t max_bytes = 64UL * 1024;
  std::chrono::milliseconds timeout{2000};
  int max_redirects = 3;
};

// Fetches small public files from addresses that strangers name, such as the issuer's certificate that a certificate
// refers to (RFC 5280 §4.2.2.1). Only http and https, only the policy's ports, only public addresses. It checks the
// address of the actual connection, so that a DNS name cannot lead elsewhere, and again after every redirect. Uses no
// proxy and sends no credentials. Calls are independent; callable from many threads at once.
class Fetcher {
 public:
  using Policy = FetchPolicy;

  Fetcher() : Fetcher(Policy()) {}
  explicit Fetcher(Policy policy);

  // Returns the body of a 200 answer, within the shorter of `time_left` and the policy's timeout, redirects included.
  // kUpstreamFailure: not allowed, or not reachable. kUpstreamBadAnswer: another status, too large, not HTTP.
  // kDeadlineExceeded: too slow. Makes at most `requests_left` requests, redirects included, and deducts them.
  [[nodiscard]] base::Result<base::Bytes> get(const std::string& url, std::chrono::milliseconds time_left,
                                              std::size_t& requests_left) const;
  [[nodiscard]] base::Result<base::Bytes> get(const std::string& url, std::chrono::milliseconds time_left) const;

 private:
  Policy policy_;
};

}  // namespace livecert::net
