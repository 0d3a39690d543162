#include "app/certificate_handler.h"

#include <utility>

#include "app/log.h"
#include "crypto/compare.h"
#include "domain/live_domain.h"
#include "edge/pem_text.h"
#include "http/uri.h"

namespace livecert::app {
namespace {

// A private key leaves this machine in no case. What a balancer elsewhere calls loopback is its own.
bool is_local(const http::Request& request) {
  const std::string& address = request.peer_address;
  return !request.through_proxy &&
         (address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127."));
}

http::Response nothing() {
  http::Response response;
  response.status = 204;
  return response;
}

}  // namespace

void Desks::open(const std::string& edge, base::SecretBytes token, std::shared_ptr<edge::CaddyDesk> desk) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({edge, std::move(token), std::move(desk)});
}

void Desks::close_all() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

std::shared_ptr<edge::CaddyDesk> Desks::find(std::string_view token) const {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<edge::CaddyDesk> found;
  for (const Entry& entry : entries_) {
    if (crypto::constant_time_equal(base::as_bytes(token), entry.token.reveal(base::SecretAccess()))) {
      found = entry.desk;
    }
  }
  return found;
}

http::Answer CertificateHandler::handle(http::Request request) {
  const auto target = http::parse_target(request.target);
  const bool is_ours = target && target->path.starts_with(kEdgesPath) && is_local(request) && request.method == "GET";
  if (!is_ours) return next_.handle(std::move(request));
  const auto desk = desks_.find(std::string_view(target->path).substr(kEdgesPath.size()));
  if (desk == nullptr) return next_.handle(std::move(request));
  return hand_out(*desk, http::find_parameter(target->query, "server_name").value_or(""));
}

http::Response CertificateHandler::hand_out(const edge::CaddyDesk& desk, std::string_view server_name) {
  const auto domain = domain::parse_domain_name(server_name);
  const auto order = domain ? desk.find(*domain) : std::nullopt;
  if (!order) return nothing();
  const auto bundle = source_.load(*order);
  if (!bundle) {
    log_warning("the certificate of " + order->domain + " cannot be handed out: " + bundle.error().message + " " +
                bundle.error().detail);
    http::Response failed;
    failed.status = 503;
    return failed;
  }
  http::Response response;
  response.headers.add("Content-Type", "application/x-pem-file");
  response.headers.add("Cache-Control", "no-store");
  response.body = edge::combined_pem(*bundle, base::SecretAccess());
  return response;
}

}  // namespace livecert::app
