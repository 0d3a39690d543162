#include "edge/drivers/combined_file.h"

#include "edge/drivers/pem_text.h"

namespace livecert::edge {

base::Result<void> put_combined(FileDrop& drop, const std::string& name, const Delivery& delivery) {
  return drop.put(name, combined_pem(delivery.bundle, base::SecretAccess()), delivery.order.version);
}

std::vector<base::Result<void>> put_combined(FileDrop& drop, const std::vector<std::string>& names,
                                             std::span<const Delivery> deliveries) {
  std::vector<base::WipedBuffer> texts;
  std::vector<FileDrop::File> files;
  texts.reserve(deliveries.size());
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    texts.push_back(combined_pem(deliveries[i].bundle, base::SecretAccess()));
    files.push_back({names.at(i), texts.back(), deliveries[i].order.version});
  }
  return drop.put_all(files);
}

base::Result<bool> holds_combined(FileDrop& drop, const std::string& name, const Order& order, const LoadBundle& load) {
  if (drop.is_untouched(name, order.version)) return true;
  TRY_ASSIGN(const Bundle bundle, load(order));
  return drop.holds(name, combined_pem(bundle, base::SecretAccess()), order.version);
}

}  // namespace livecert::edge
