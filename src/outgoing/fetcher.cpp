#include "outgoing/fetcher.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace livecert::outgoing {
namespace {

constexpr std::size_t kShownOfUrl = 256;

}  // namespace

base::Error fetch_error(base::ErrorCode code, const std::string& url, std::string_view reason) {
  return {code, url.substr(0, kShownOfUrl) + ": " + std::string(reason)};
}

base::Result<base::Bytes> Fetcher::get(const std::string& url, std::chrono::milliseconds time_left) const {
  std::size_t requests_left = std::numeric_limits<std::size_t>::max();
  return get(url, time_left, requests_left);
}

base::Result<base::Bytes> Fetcher::get(const std::string& url, std::chrono::milliseconds time_left,
                                       std::size_t& requests_left) const {
  using std::chrono::milliseconds;
  using std::chrono::steady_clock;
  const auto deadline = steady_clock::now() + std::min(time_left, policy_.timeout);
  Fetch next{url, policy_.allow_private_addresses, policy_.ports, policy_.max_bytes, {}};
  for (int redirects = 0; redirects <= policy_.max_redirects; ++redirects) {
    next.time = std::chrono::floor<milliseconds>(deadline - steady_clock::now());
    if (next.time <= milliseconds(0)) {
      return fetch_error(base::ErrorCode::kDeadlineExceeded, next.url, "no answer in time");
    }
    if (requests_left == 0) {
      return fetch_error(base::ErrorCode::kUpstreamFailure, next.url, "no further request is allowed");
    }
    --requests_left;
    TRY_ASSIGN(Fetched fetched, fetch_(next));
    if (!fetched.location) return std::move(fetched.body);
    next.url = *std::move(fetched.location);
  }
  return fetch_error(base::ErrorCode::kUpstreamBadAnswer, url, "redirects too often");
}

}  // namespace livecert::outgoing
