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

// Fetches small public things from addresses that strangers name, such as the issuer's certificate that a certificate
// points at (RFC 5280 §4.2.2.1). Only http and https, only the policy's ports, only public addresses: checked on the
// address that is really connected to, so that a name in the DNS cannot lead elsewhere, and again after every redirect.
// Uses no proxy and sends no credentials. Every call stands alone; usable from many threads at once.
class Fetcher {
 public:
  using Policy = FetchPolicy;

  Fetcher() : Fetcher(Policy()) {}
  explicit Fetcher(Policy policy);

  // The body of a 200 answer, after at most the shorter of `time_left` and the policy's timeout, redirects included.
  // kUpstreamFailure: not allowed, or not reachable. kUpstreamBadAnswer: another status, too large, not HTTP.
  // kDeadlineExceeded: too slow.
  // With `requests_left` it makes no more requests than that, redirects included, and takes those it made off.
  [[nodiscard]] base::Result<base::Bytes> get(const std::string& url, std::chrono::milliseconds time_left,
                                              std::size_t& requests_left) const;
  [[nodiscard]] base::Result<base::Bytes> get(const std::string& url, std::chrono::milliseconds time_left) const;

 private:
  Policy policy_;
};

}  // namespace livecert::net
