#include "base/time.h"
#include "edge/drivers/combined_file.h"
#include "edge/drivers/files_layout.h"

namespace livecert::edge {
namespace {

using base::Result;

std::string file_of(std::string_view domain) {
  return std::string(domain) + ".pem";
}

class CombinedLayout final : public FilesLayout {
 public:
  // While there is no folder, there is nothing to sweep.
  explicit CombinedLayout(const Definition& definition) : drop_(place_of(definition), definition.access) {
    static_cast<void>(drop_.sweep());
  }

  Result<void> write(const Delivery& delivery) override {
    return put_combined(drop_, file_of(delivery.order.domain), delivery);
  }

  std::vector<Result<void>> write_all(std::span<const Delivery> deliveries) override {
    std::vector<std::string> names;
    for (const Delivery& delivery : deliveries) names.push_back(file_of(delivery.order.domain));
    return put_combined(drop_, names, deliveries);
  }

  Result<void> remove(const std::string& domain) override { return drop_.remove(file_of(domain)); }

  Result<bool> is_written(const Order& order, const LoadBundle& load) override {
    return holds_combined(drop_, file_of(order.domain), order, load);
  }

  std::optional<std::vector<std::string>> find_touched() override {
    std::vector<std::string> domains;
    for (const std::string& file : drop_.find_touched(clock_.steady_now())) {
      domains.push_back(file.substr(0, file.rfind('.')));
    }
    return domains;
  }

 private:
  base::SystemClock clock_;
  FileDrop drop_;
};

}  // namespace

std::unique_ptr<FilesLayout> make_combined_layout(const Definition& definition) {
  return std::make_unique<CombinedLayout>(definition);
}

}  // namespace livecert::edge
