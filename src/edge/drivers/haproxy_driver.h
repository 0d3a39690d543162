#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "edge/definition.h"
#include "edge/driver.h"
#include "edge/drivers/haproxy_folder.h"
#include "edge/drivers/haproxy_runtime.h"

namespace livecert::edge {

// HAProxy 2.2 and later. The folder has the files that HAProxy reads when it starts, and the runtime API tells a
// running HAProxy, so that it needs no reload. make_haproxy_driver() makes one.
class HaproxyDriver final : public Driver {
 public:
  HaproxyDriver(const Definition& definition, HaproxyTimes times);

  // Tries to make an empty crt-list where there is none, so that HAProxy can start before the first domain.
  void prepare();

  [[nodiscard]] base::Result<void> write(const Delivery& delivery) override;
  [[nodiscard]] std::vector<base::Result<void>> activate(std::span<const Delivery> deliveries) override;
  [[nodiscard]] base::Result<void> withdraw(std::span<const std::string> domains) override;
  [[nodiscard]] base::Result<bool> is_written(const Order& order, const LoadBundle& load) override;
  void stop() override { stop_.raise(); }

 private:
  [[nodiscard]] base::Result<void> activate_one(const Delivery& delivery);
  [[nodiscard]] base::Result<void> retire_others(const CrtListEntry& entry);
  [[nodiscard]] base::Result<void> withdraw_running(std::span<const std::string> domains) const;

  StopSignal stop_;
  HaproxyFolder folder_;
  HaproxyRuntime runtime_;
  // the files that HAProxy has, read at most once in an activate()
  std::optional<std::set<std::string>> running_;
};

}  // namespace livecert::edge
