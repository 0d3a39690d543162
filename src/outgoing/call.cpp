#include "outgoing/call.h"

#include <algorithm>
#include <string_view>

namespace livecert::outgoing {

std::string host_of(const std::string& url) {
  constexpr std::string_view kMark = "://";
  const auto mark = url.find(kMark);
  if (mark == std::string::npos) {
    return "?";
  }
  const auto begin = mark + kMark.size();
  const auto end = std::min(url.find_first_of("/?#", begin), url.size());
  std::string host = url.substr(begin, end - begin);
  // A name and a pass word may stand before the host (RFC 3986 §3.2.1).
  const auto at = host.rfind('@');
  if (at != std::string::npos) {
    host.erase(0, at + 1);
  }
  return host.empty() ? "?" : host;
}

}  // namespace livecert::outgoing
