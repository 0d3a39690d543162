#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/receipt.h"
#include "edge/order.h"

namespace livecert::edge {

// The new order of one domain; nullopt: nothing should be served any longer.
struct Changed {
  std::string domain;
  std::optional<Order> order;
};

struct Changes {
  std::int64_t position = 0;  // resume after this one
  std::vector<Changed> domains;
};

// Why a private key is opened, for the audit.
enum class KeyUse : std::uint8_t {
  kDelivery,    // to write it to the edge
  kComparison,  // to see whether the edge's files still hold it
  kHandOut,     // to answer the edge, which asks for it
};
struct Opening {
  std::string edge;
  KeyUse use = KeyUse::kDelivery;
};

// Gives orders and keeps receipts. Callable from every thread. Errors: kStoreFailure, and those of the way to the
// source; the caller tries again.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  // Every domain that should be served, and the position from which changes() continues.
  struct Snapshot {
    std::int64_t position = 0;
    std::vector<Order> orders;
  };
  [[nodiscard]] virtual base::Result<Snapshot> read_all() = 0;
  // The changes after the position; waits up to that long for the first one.
  [[nodiscard]] virtual base::Result<Changes> changes(std::int64_t after, std::chrono::milliseconds wait) = 0;
  // Both give kNotFound when the version is gone. load_chain() does not open the key.
  [[nodiscard]] virtual base::Result<Bundle> load(const Order& order, const Opening& opening) = 0;
  [[nodiscard]] virtual base::Result<std::vector<x509::Certificate>> load_chain(base::CertId version) = 0;

  // Keeps receipts. Each replaces the one with the same edge, domain and version. Durable when it returns.
  [[nodiscard]] virtual base::Result<void> keep(std::vector<domain::Receipt> receipts) = 0;
  // Keeps until when all receipts of edges were seen, those that were kept before; receipts() tells it. Each replaces
  // the one of the same edge.
  [[nodiscard]] virtual base::Result<void> keep_seen(std::vector<domain::EdgeSeen> edges) = 0;
  // Forgets all receipts of these domains at that edge.
  [[nodiscard]] virtual base::Result<void> forget(const std::string& edge, std::vector<std::string> domains) = 0;
  // All receipts of one edge.
  [[nodiscard]] virtual base::Result<std::vector<domain::Receipt>> receipts(const std::string& edge) = 0;
};

}  // namespace livecert::edge
