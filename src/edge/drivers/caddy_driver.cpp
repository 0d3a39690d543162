#include "edge/drivers/caddy_driver.h"

#include <utility>

namespace livecert::edge {

void CaddyOrders::put(const Order& order) {
  const std::lock_guard lock(mutex_);
  orders_[std::string(order.domain)] = order;
}

void CaddyOrders::remove(const std::string& domain) {
  const std::lock_guard lock(mutex_);
  orders_.erase(domain);
}

void CaddyOrders::keep_only(const std::set<std::string>& domains) {
  const std::lock_guard lock(mutex_);
  std::erase_if(orders_, [&](const auto& entry) { return !domains.contains(entry.first); });
}

std::optional<Order> CaddyOrders::find(const std::string& domain) const {
  const std::lock_guard lock(mutex_);
  const auto found = orders_.find(domain);
  return found == orders_.end() ? std::nullopt : std::optional(found->second);
}

namespace {

class CaddyDriver final : public Driver {
 public:
  explicit CaddyDriver(std::shared_ptr<CaddyOrders> orders) : orders_(std::move(orders)) {}

  base::Result<void> write(const Delivery& delivery) override {
    orders_->put(delivery.order);
    return {};
  }

  std::vector<base::Result<void>> activate(std::span<const Delivery> deliveries) override {
    return std::vector<base::Result<void>>(deliveries.size());
  }

  base::Result<void> withdraw(std::span<const std::string> domains) override {
    for (const std::string& domain : domains) orders_->remove(domain);
    return {};
  }

  base::Result<bool> is_written(const Order& order, const LoadBundle& /*load*/) override {
    const auto there = orders_->find(std::string(order.domain));
    return there && there->version == order.version;
  }

  // There is nothing that somebody else could touch.
  std::optional<std::vector<std::string>> find_touched() override { return std::vector<std::string>(); }

 private:
  const std::shared_ptr<CaddyOrders> orders_;
};

}  // namespace

std::unique_ptr<Driver> make_caddy_driver(std::shared_ptr<CaddyOrders> orders) {
  return std::make_unique<CaddyDriver>(std::move(orders));
}

}  // namespace livecert::edge
