#include "http/router.h"

#include <algorithm>
#include <utility>

namespace livecert::http {
namespace {

bool is_from_this_machine(const Request& request) {
  const std::string& address = request.peer_address;
  return !request.through_proxy &&
         (address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127."));
}

// The path of a target in either form that clients and proxies send: /path?query, http://host/path?query.
std::string_view path_of(std::string_view target) {
  target = target.substr(0, target.find('?'));
  const std::size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const std::size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? std::string_view() : target.substr(path);
}

bool fits(const Route& route, const Request& request, std::string_view path) {
  const bool is_there = route.path.ends_with('/') ? path.starts_with(route.path) : path == route.path;
  return is_there && (route.from == From::kAnywhere || is_from_this_machine(request));
}

}  // namespace

Answer Router::handle(Request request) {
  const std::string_view path = path_of(request.target);
  const auto route =
      std::ranges::find_if(routes_, [&](const Route& candidate) { return fits(candidate, request, path); });
  if (route != routes_.end()) {
    if (auto answer = route->door.answer(request, path)) return *std::move(answer);
  }
  return rest_.handle(std::move(request));
}

}  // namespace livecert::http
