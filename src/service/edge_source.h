#pragma once

#include "edge/source.h"
#include "service/context.h"

namespace livecert::service {

// The orders of this service's own store: every domain that is bound with HTTPS on and not disabled, of all accounts.
// The services must outlive it.
class EdgeSource final : public edge::Source {
 public:
  explicit EdgeSource(Services& services) : services_(services) {}

  [[nodiscard]] base::Result<Snapshot> read_all() override;
  [[nodiscard]] base::Result<edge::Changes> changes(std::int64_t after, std::chrono::milliseconds wait) override;
  [[nodiscard]] base::Result<edge::Bundle> load(const edge::Order& order, const edge::Opening& opening) override;
  [[nodiscard]] base::Result<std::vector<x509::Certificate>> load_chain(base::CertId version) override;
  [[nodiscard]] base::Result<void> keep(std::vector<domain::Receipt> receipts) override;
  [[nodiscard]] base::Result<void> keep_seen(std::vector<domain::EdgeSeen> edges) override;
  [[nodiscard]] base::Result<void> forget(const std::string& edge, std::vector<std::string> domains) override;
  [[nodiscard]] base::Result<std::vector<domain::Receipt>> receipts(const std::string& edge) override;

  // The versions that an edge showed at its last look, of the domains that are to be served.
  [[nodiscard]] base::Result<std::vector<edge::Order>> shown_at(const std::string& edge);

 private:
  Services& services_;
};

// nullopt: the domain is bound, but should not be served.
[[nodiscard]] std::optional<edge::Order> to_order(const store::BoundDomain& bound);

}  // namespace livecert::service
