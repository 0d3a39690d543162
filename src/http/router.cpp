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

bool fits(const Route& route, const Request& request, std::string_view path) {
  const bool is_there = route.path.ends_with('/') ? path.starts_with(route.path) : path == route.path;
  return is_there && (route.from == From::kAnywhere || is_from_this_machine(request));
}

}  // namespace

Answer Router::handle(Request request) {
  const std::string_view target = request.target;
  const std::string_view path = target.substr(0, target.find('?'));
  const auto route =
      std::ranges::find_if(routes_, [&](const Route& candidate) { return fits(candidate, request, path); });
  if (route != routes_.end()) {
    if (auto answer = route->door.answer(request)) return *std::move(answer);
  }
  return rest_.handle(std::move(request));
}

}  // namespace livecert::http
