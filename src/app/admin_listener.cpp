#include "app/admin_listener.h"

#include <chrono>
#include <utility>

#include "app/metrics_door.h"

namespace livecert::app {
namespace {

// Limits for a few scrapers, which send no bodies.
net::Limits few() {
  net::Limits limits;
  limits.header_bytes = 8UL * 1024;
  limits.body_bytes = 1024;
  limits.bodies_in_flight_bytes = 64UL * 1024;
  limits.connections = 32;
  limits.queued_requests = 32;
  // However long the scrapes take, others are there for the health.
  limits.worker_threads = kScrapesAtOnce + 2;
  limits.workers_at_once = limits.worker_threads;
  limits.io_threads = 1;
  limits.answer_time = std::chrono::seconds(10);
  return limits;
}

}  // namespace

http::Answer AdminListener::Nothing::handle(http::Request /*request*/) {
  return http::plain_answer(404, "there is nothing at this path: ask for /livez, /readyz or /metrics");
}

http::Response AdminListener::Nothing::refuse(http::Refusal refusal, const std::string& detail,
                                              const std::string& /*peer_address*/) {
  return http::plain_answer(http::status_of(refusal), detail);
}

base::Result<std::unique_ptr<AdminListener>> AdminListener::start(const net::Endpoint& endpoint,
                                                                  std::vector<http::Route> routes,
                                                                  const base::Clock& clock) {
  std::unique_ptr<AdminListener> listener(new AdminListener(std::move(routes)));
  net::ServerConfig config;
  config.http = endpoint;
  config.insecure_http = true;  // the answers hold no secret
  config.limits = few();
  TRY_ASSIGN(listener->server_, net::Server::start(std::move(config), listener->router_, clock));
  return listener;
}

}  // namespace livecert::app
