#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/secret.h"
#include "edge/drivers/caddy_driver.h"
#include "edge/source.h"
#include "http/router.h"

namespace livecert::app {

// The edges that fetch their certificates, found by their tokens. Callable from every thread.
class CertificateTokens {
 public:
  void open(const std::string& edge, const base::SecretBytes& token, std::shared_ptr<edge::CaddyOrders> orders);
  // Forgets the tokens of all other edges.
  void close_others(const std::set<std::string>& edges);
  [[nodiscard]] std::vector<std::string> edges() const;  // the edges that have a token, by name
  // nullptr if that edge has none.
  [[nodiscard]] std::shared_ptr<edge::CaddyOrders> of(const std::string& edge) const;
  // An edge that asks, and what it may get.
  struct Asking {
    std::string edge;
    std::shared_ptr<edge::CaddyOrders> orders;
  };
  // nullopt if no edge has that token.
  [[nodiscard]] std::optional<Asking> find(std::string_view token) const;

 private:
  struct Entry {
    std::string edge;
    base::SecretBytes token;
    std::shared_ptr<edge::CaddyOrders> orders;
  };
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
};

inline constexpr std::string_view kEdgesPath = "/edges/";

// Answers `GET /edges/TOKEN?server_name=NAME` with chain and key of the certificate that the edge should serve for the
// name, or 204 if there is none. A private key never leaves this machine this way: its route must be
// From::kThisMachine. Leaves an unknown token to the main handler, so that the answer does not show that the path
// exists. Both must outlive it.
class CertificateDoor final : public http::Door {
 public:
  CertificateDoor(const CertificateTokens& tokens, edge::Source& source) : tokens_(tokens), source_(source) {}

  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request, std::string_view path) override;

 private:
  [[nodiscard]] http::Response hand_out(const CertificateTokens::Asking& asking, std::string_view server_name);

  const CertificateTokens& tokens_;
  edge::Source& source_;
};

}  // namespace livecert::app
