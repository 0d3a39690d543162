#include "app/admin_listener.h"

#include <algorithm>
#include <array>
#include <utility>

namespace livecert::app {
namespace {

struct Row {
  http::Refusal refusal;
  int status;
};
constexpr std::array kStatuses{
    Row{http::Refusal::kMalformed, 400},    Row{http::Refusal::kHeaderTooLarge, 431},
    Row{http::Refusal::kBodyTooLarge, 413}, Row{http::Refusal::kUnknownExpectation, 417},
    Row{http::Refusal::kTooSlow, 408},      Row{http::Refusal::kDeadlineExceeded, 504},
    Row{http::Refusal::kOverloaded, 503},
};

http::Response plain(int status, const std::string& sentence) {
  http::Response response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  response.body = sentence + "\n";
  return response;
}

// A few scrapers, and nobody who sends anything.
net::Limits few() {
  net::Limits limits;
  limits.header_bytes = 8UL * 1024;
  limits.body_bytes = 1024;
  limits.bodies_in_flight_bytes = 64UL * 1024;
  limits.connections = 32;
  limits.queued_requests = 32;
  limits.worker_threads = 2;
  limits.io_threads = 1;
  limits.answer_time = std::chrono::seconds(10);
  return limits;
}

}  // namespace

http::Answer AdminListener::Nothing::handle(http::Request /*request*/) {
  return plain(404, "there is nothing at this path: ask for /livez, /readyz or /metrics");
}

http::Response AdminListener::Nothing::refuse(http::Refusal refusal, const std::string& detail,
                                              const std::string& /*peer_address*/) {
  const auto* const row = std::ranges::find(kStatuses, refusal, &Row::refusal);
  return plain(row == kStatuses.end() ? 503 : row->status, detail);
}

base::Result<std::unique_ptr<AdminListener>> AdminListener::start(const net::Endpoint& endpoint,
                                                                  std::vector<http::Route> routes,
                                                                  const base::Clock& clock) {
  std::unique_ptr<AdminListener> listener(new AdminListener(std::move(routes)));
  net::ServerConfig config;
  config.http = endpoint;
  config.insecure_http = true;  // nothing secret is told
  config.limits = few();
  TRY_ASSIGN(listener->server_, net::Server::start(std::move(config), listener->router_, clock));
  return listener;
}

}  // namespace livecert::app
