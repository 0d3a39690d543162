#include "app/certificate_door.h"

#include <algorithm>
#include <utility>

#include "app/log.h"
#include "base/locked_memory.h"
#include "crypto/compare.h"
#include "domain/live_domain.h"
#include "edge/drivers/pem_text.h"
#include "http/uri.h"

namespace livecert::app {
namespace {

http::Response nothing() {
  http::Response response;
  response.status = 204;
  return response;
}

}  // namespace

void CertificateTokens::open(const std::string& edge, const base::SecretBytes& token,
                             std::shared_ptr<edge::CaddyOrders> orders) {
  base::SecretBytes kept;
  {
    const base::LockedAllocations locked;
    kept = token.clone(base::SecretAccess());
  }
  const std::lock_guard lock(mutex_);
  entries_.push_back({edge, std::move(kept), std::move(orders)});
}

void CertificateTokens::close_others(const std::set<std::string>& edges) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const Entry& entry) { return !edges.contains(entry.edge); });
}

std::shared_ptr<edge::CaddyOrders> CertificateTokens::of(const std::string& edge) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(entries_, edge, &Entry::edge);
  return found == entries_.end() ? nullptr : found->orders;
}

std::vector<std::string> CertificateTokens::edges() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  names.reserve(entries_.size());
  for (const Entry& entry : entries_) names.push_back(entry.edge);
  return names;
}

std::optional<CertificateTokens::Asking> CertificateTokens::find(std::string_view token) const {
  const std::lock_guard lock(mutex_);
  std::optional<Asking> found;
  for (const Entry& entry : entries_) {
    if (crypto::constant_time_equal(base::as_bytes(token), entry.token.reveal(base::SecretAccess()))) {
      found = Asking{entry.edge, entry.orders};
    }
  }
  return found;
}

std::optional<http::Response> CertificateDoor::answer(const http::Request& request, std::string_view path) {
  if (request.method != "GET") return std::nullopt;
  const auto target = http::parse_target(request.target);
  const auto asking = tokens_.find(path.substr(kEdgesPath.size()));
  if (!target || !asking) return std::nullopt;
  return hand_out(*asking, http::find_parameter(target->query, "server_name").value_or(""));
}

http::Response CertificateDoor::hand_out(const CertificateTokens::Asking& asking, std::string_view server_name) {
  const auto domain = domain::DomainName::parse(server_name);
  const auto order = domain ? asking.orders->find(std::string(*domain)) : std::nullopt;
  if (!order) return nothing();
  const auto bundle = source_.load(*order, {asking.edge, edge::KeyUse::kHandOut});
  if (!bundle) {
    log_warning("the certificate of " + std::string(order->domain) +
                " cannot be handed out: " + bundle.error().message + " " + bundle.error().detail);
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
