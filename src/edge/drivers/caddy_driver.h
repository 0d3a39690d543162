#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "edge/driver.h"

namespace livecert::edge {

// The orders that one Caddy server gets when it asks. Caddy keeps nothing and fetches a certificate for each handshake
// (`get_certificate http`), so a delivery only remembers which version to hand out. Callable from every thread.
class CaddyOrders {
 public:
  void put(const Order& order);
  void remove(const std::string& domain);
  // Takes everything off but these domains.
  void keep_only(const std::set<std::string>& domains);
  [[nodiscard]] std::optional<Order> find(const std::string& domain) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Order> orders_;
};

[[nodiscard]] std::unique_ptr<Driver> make_caddy_driver(std::shared_ptr<CaddyOrders> orders);

}  // namespace livecert::edge
