#include "edge/drivers/command_runner.h"
#include "edge/drivers/drivers.h"
#include "edge/drivers/files_layout.h"

namespace livecert::edge {
namespace {

using base::Result;

// Half of Linux's limit for one variable (MAX_ARG_STRLEN).
constexpr std::size_t kMaxDomainsText = 64000;

// With commas between; "*" when there are too many to name.
std::string list_of(const std::vector<std::string>& domains) {
  std::string text;
  for (const std::string& domain : domains) text += (text.empty() ? "" : ",") + domain;
  return text.size() > kMaxDomainsText ? "*" : text;
}

class FilesDriver final : public Driver {
 public:
  FilesDriver(const Definition& definition, std::unique_ptr<FilesLayout> layout)
      : name_(definition.name), words_(definition.command), layout_(std::move(layout)) {}

  Result<void> write(const Delivery& delivery) override { return layout_->write(delivery); }

  std::vector<Result<void>> write_all(std::span<const Delivery> deliveries) override {
    return layout_->write_all(deliveries);
  }

  std::vector<Result<void>> activate(std::span<const Delivery> deliveries) override {
    std::vector<std::string> domains;
    for (const Delivery& delivery : deliveries) domains.emplace_back(delivery.order.domain);
    return {deliveries.size(), tell(domains)};
  }

  Result<void> withdraw(std::span<const std::string> domains) override {
    for (const std::string& domain : domains) TRY(layout_->remove(domain));
    return tell({domains.begin(), domains.end()});
  }

  Result<bool> is_written(const Order& order, const LoadBundle& load) override {
    return layout_->is_written(order, load);
  }

  std::optional<std::vector<std::string>> find_touched() override { return layout_->find_touched(); }
  void tidy() override { layout_->tidy(); }
  void stop() override { stop_.raise(); }

 private:
  // Runs the command once for all of them.
  [[nodiscard]] Result<void> tell(const std::vector<std::string>& domains) const {
    if (words_.empty() || domains.empty()) return {};
    return run_command({.words = words_,
                        .environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C",
                                        "LIVECERT_EDGE=" + name_, "LIVECERT_DOMAINS=" + list_of(domains)},
                        .stop = &stop_});
  }

  std::string name_;
  std::vector<std::string> words_;
  std::unique_ptr<FilesLayout> layout_;
  StopSignal stop_;
};

}  // namespace

Result<std::unique_ptr<Driver>> make_files_driver(const Definition& definition) {
  auto layout = definition.separate ? make_separate_layout(definition, std::make_shared<base::SystemClock>())
                                    : make_combined_layout(definition);
  return std::unique_ptr<Driver>(std::make_unique<FilesDriver>(definition, std::move(layout)));
}

}  // namespace livecert::edge
