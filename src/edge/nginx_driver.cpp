#include "edge/nginx_driver.h"

#include <vector>

#include "edge/combined_file.h"
#include "edge/drivers.h"
#include "edge/linked_versions.h"
#include "edge/nginx_map.h"

namespace livecert::edge {
namespace {

using base::Result;

// How long a handshake that is under way may need the files that it began with.
constexpr auto kHandshakeTime = std::chrono::seconds(10);

std::string link_of(const std::string& domain) {
  return domain + ".pem";
}

std::string version_of(const Order& order) {
  return order.domain + "-" + order.version.to_string() + ".pem";
}

// nginx reads a certificate whose path holds a variable anew for each handshake, in its worker process. So a file in
// place is a certificate in use, and nothing is ever reloaded.
//
// But it opens the path twice, for the certificate and for the key, and a file exchanged in between would make the
// handshake fail. So the path is a link to a version, which the map lets nginx resolve once for both; the version that
// was linked before is removed only when no handshake can be using it any more.
class NginxDriver final : public Driver {
 public:
  NginxDriver(const Definition& definition, std::string map, std::shared_ptr<const base::Clock> clock)
      : links_(definition.directory),
        versions_(links_.versions(), definition.access),
        folder_(definition.directory, definition.access),
        map_(std::move(map)),
        clock_(std::move(clock)) {}

  // The map is all that nginx needs to start: it should be there before the first domain.
  Result<void> prepare() {
    TRY(links_.prepare());
    TRY(remove_retired());
    if (folder_.is_untouched(kNginxMapFile)) return {};
    TRY_ASSIGN(const bool is_there, folder_.holds(kNginxMapFile, base::as_bytes(map_)));
    if (is_there) return {};
    return folder_.put(kNginxMapFile, base::as_bytes(map_));
  }

  Result<void> write(const Delivery& delivery) override {
    TRY(prepare());
    const std::string version = version_of(delivery.order);
    TRY(put_combined(versions_, version, delivery.bundle));
    const auto former = links_.link(link_of(delivery.order.domain), version);
    if (!former) {
      if (!links_.is_linked(link_of(delivery.order.domain), version)) static_cast<void>(versions_.remove(version));
      return former.error();
    }
    std::erase_if(retired_, [&](const Retired& retired) { return retired.version == version; });
    if (*former) retired_.push_back({**former, clock_->steady_now() + kHandshakeTime});
    return {};
  }

  std::vector<Result<void>> activate(std::span<const Delivery> deliveries) override {
    return std::vector<Result<void>>(deliveries.size());
  }

  Result<void> withdraw(std::span<const std::string> domains) override {
    for (const std::string& domain : domains) {
      TRY_ASSIGN(const std::optional<std::string> version, links_.unlink(link_of(domain)));
      if (version) TRY(versions_.remove(*version));
    }
    return {};
  }

  Result<bool> is_written(const Order& order, const LoadBundle& load) override {
    TRY(prepare());
    if (!links_.is_linked(link_of(order.domain), version_of(order))) return false;
    return holds_combined(versions_, version_of(order), order, load);
  }

 private:
  struct Retired {
    std::string version;
    base::SteadyTime until;
  };

  Result<void> remove_retired() {
    while (!retired_.empty() && retired_.front().until <= clock_->steady_now()) {
      TRY(versions_.remove(retired_.front().version));
      retired_.erase(retired_.begin());
    }
    return {};
  }

  LinkedVersions links_;
  FileDrop versions_;
  FileDrop folder_;
  std::string map_;
  std::shared_ptr<const base::Clock> clock_;
  std::vector<Retired> retired_;  // the oldest first
};

}  // namespace

Result<std::unique_ptr<Driver>> make_nginx_driver(const Definition& definition,
                                                  std::shared_ptr<const base::Clock> clock) {
  TRY_ASSIGN(std::string map, make_nginx_map(definition.directory));
  auto driver = std::make_unique<NginxDriver>(definition, std::move(map), std::move(clock));
  // What fails here fails again, and is told, in the first call that needs it.
  static_cast<void>(driver->prepare());
  return std::unique_ptr<Driver>(std::move(driver));
}

Result<std::unique_ptr<Driver>> make_nginx_driver(const Definition& definition) {
  return make_nginx_driver(definition, std::make_shared<base::SystemClock>());
}

}  // namespace livecert::edge
