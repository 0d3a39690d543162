#include "edge/drivers/combined_file.h"

#include "edge/drivers/pem_text.h"

namespace livecert::edge {

base::Result<void> put_combined(FileDrop& drop, const std::string& name, const Delivery& delivery) {
  return drop.put(name, combined_pem(delivery.bundle, base::SecretAccess()), delivery.order.version);
}

base::Result<bool> holds_combined(FileDrop& drop, const std::string& name, const Order& order, const LoadBundle& load) {
  if (drop.is_untouched(name, order.version)) return true;
  TRY_ASSIGN(const Bundle bundle, load(order));
  return drop.holds(name, combined_pem(bundle, base::SecretAccess()), order.version);
}

}  // namespace livecert::edge
