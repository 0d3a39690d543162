#include "api/healthz_door.h"

#include "http/uri.h"

namespace livecert::api {

std::optional<http::Response> HealthzDoor::answer(const http::Request& request, std::string_view /*path*/) {
  if (!http::parse_target(request.target)) return std::nullopt;
  const ExchangePtr exchange = begin_exchange(services_, request.peer_address, request.received);
  return answerer_.finish(*exchange, Output(boost::json::object{{"Status", "ok"}}));
}

}  // namespace livecert::api
