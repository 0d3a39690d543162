#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "edge/definition.h"
#include "edge/driver.h"

namespace livecert::edge {

// The layout of the certificates in the folder of a `files` edge. Its functions are those of Driver.
class FilesLayout {
 public:
  FilesLayout() = default;
  FilesLayout(const FilesLayout&) = delete;
  FilesLayout& operator=(const FilesLayout&) = delete;
  virtual ~FilesLayout() = default;

  [[nodiscard]] virtual base::Result<void> write(const Delivery& delivery) = 0;
  [[nodiscard]] virtual std::vector<base::Result<void>> write_all(std::span<const Delivery> deliveries) {
    std::vector<base::Result<void>> results;
    for (const Delivery& delivery : deliveries) results.push_back(write(delivery));
    return results;
  }
  [[nodiscard]] virtual base::Result<void> remove(const std::string& domain) = 0;
  [[nodiscard]] virtual base::Result<bool> is_written(const Order& order, const LoadBundle& load) = 0;
  [[nodiscard]] virtual std::optional<std::vector<std::string>> find_touched() { return std::nullopt; }
  virtual void tidy() {}
};

// DOMAIN.pem with chain and key.
[[nodiscard]] std::unique_ptr<FilesLayout> make_combined_layout(const Definition& definition);
// DOMAIN/fullchain.pem and DOMAIN/privkey.pem. DOMAIN is a link, so that the two change in one step. The clock tells
// how long a former version is kept.
[[nodiscard]] std::unique_ptr<FilesLayout> make_separate_layout(const Definition& definition,
                                                                std::shared_ptr<const base::Clock> clock);

}  // namespace livecert::edge
