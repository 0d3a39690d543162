#include "edge/drivers/nginx_driver.h"

#include <map>
#include <set>
#include <vector>

#include "edge/drivers/combined_file.h"
#include "edge/drivers/drivers.h"
#include "edge/drivers/linked_versions.h"
#include "edge/drivers/nginx_map.h"

namespace livecert::edge {
namespace {

using base::Result;

std::string link_of(std::string_view domain) {
  return std::string(domain) + ".pem";
}

// nginx reads a certificate whose path holds a variable again for each handshake, in its worker process. So a file in
// place is a certificate in use, and nothing is ever reloaded.
//
// But nginx opens the path twice, for the certificate and for the key, and a file that was replaced in between would
// make the handshake fail. So the path is a link to a version, which the map lets nginx resolve once for both; the
// version that was linked before is removed only when no handshake can be using it any more.
class NginxDriver final : public Driver {
 public:
  NginxDriver(const Definition& definition, std::string map, std::shared_ptr<const base::Clock> clock)
      : links_(place_of(definition), {.suffix = ".pem", .is_shared = true}, clock),
        versions_(links_.versions(), definition.access),
        folder_(place_of(definition), definition.access),
        map_(std::move(map)),
        clock_(std::move(clock)) {}

  // nginx needs only the map to start, so the map should be there before the first domain.
  Result<void> prepare() {
    TRY(links_.prepare());
    tidy();
    if (folder_.is_untouched(kNginxMapFile)) return {};
    TRY_ASSIGN(const bool is_there, folder_.holds(kNginxMapFile, base::as_bytes(map_)));
    if (is_there) return {};
    return folder_.put(kNginxMapFile, base::as_bytes(map_));
  }

  Result<void> write(const Delivery& delivery) override { return std::move(write_all({&delivery, 1}).front()); }

  // The files come before the links to them.
  std::vector<Result<void>> write_all(std::span<const Delivery> deliveries) override {
    if (auto prepared = prepare(); !prepared) return {deliveries.size(), prepared};
    const std::map<std::string, Result<void>> files = put_versions(deliveries);
    std::vector<Result<void>> results;
    std::vector<LinkedVersions::Link> links;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
      std::string version = links_.name_of(deliveries[i].order);
      results.push_back(files.at(version));
      if (!results[i]) continue;
      links.push_back({link_of(deliveries[i].order.domain), std::move(version)});
      places.push_back(i);
    }
    std::vector<Result<void>> linked = links_.link_all(links);
    for (std::size_t i = 0; i < links.size(); ++i) {
      // A failure leaves no key.
      if (!linked[i] && !links_.is_used(links[i].version)) static_cast<void>(versions_.remove(links[i].version));
      results[places[i]] = std::move(linked[i]);
    }
    return results;
  }

  std::vector<Result<void>> activate(std::span<const Delivery> deliveries) override {
    return std::vector<Result<void>>(deliveries.size());
  }

  Result<void> withdraw(std::span<const std::string> domains) override {
    for (const std::string& domain : domains) {
      TRY_ASSIGN(const std::vector<std::string> versions, links_.unlink(link_of(domain)));
      for (const std::string& version : versions) TRY(versions_.remove(version));
    }
    return {};
  }

  Result<bool> is_written(const Order& order, const LoadBundle& load) override {
    TRY(prepare());
    if (!links_.is_linked(link_of(order.domain), links_.name_of(order))) return false;
    return holds_combined(versions_, links_.name_of(order), order, load);
  }

  std::optional<std::vector<std::string>> find_touched() override {
    std::set<std::string> domains;
    for (const std::string& link : links_.find_touched()) domains.insert(link.substr(0, link.rfind('.')));
    for (const std::string& version : versions_.find_touched(clock_->steady_now())) {
      for (const std::string& link : links_.names_of(version)) domains.insert(link.substr(0, link.rfind('.')));
    }
    return std::vector(domains.begin(), domains.end());
  }

  void tidy() override {
    for (const std::string& version : links_.take_disused()) {
      if (auto removed = versions_.remove(version); !removed) links_.retire_again(version);
    }
  }

 private:
  // Writes each version once, unless its file is there. Returns the result by name.
  std::map<std::string, Result<void>> put_versions(std::span<const Delivery> deliveries) {
    std::map<std::string, Result<void>> results;
    std::vector<std::string> names;
    std::vector<Delivery> missing;
    for (const Delivery& delivery : deliveries) {
      const std::string version = links_.name_of(delivery.order);
      const bool is_new = results.try_emplace(version).second;
      if (!is_new || versions_.is_untouched(version, delivery.order.version)) continue;
      names.push_back(version);
      missing.push_back(delivery);
    }
    if (missing.empty()) return results;
    std::vector<Result<void>> written = put_combined(versions_, names, missing);
    for (std::size_t i = 0; i < names.size(); ++i) results.at(names[i]) = std::move(written[i]);
    return results;
  }

  LinkedVersions links_;
  FileDrop versions_;
  FileDrop folder_;
  std::string map_;
  std::shared_ptr<const base::Clock> clock_;
};

}  // namespace

Result<std::unique_ptr<Driver>> make_nginx_driver(const Definition& definition,
                                                  std::shared_ptr<const base::Clock> clock) {
  TRY_ASSIGN(std::string map, make_nginx_map(definition.directory));
  auto driver = std::make_unique<NginxDriver>(definition, std::move(map), std::move(clock));
  // If this fails, the first call that needs it fails too, and reports it.
  static_cast<void>(driver->prepare());
  return std::unique_ptr<Driver>(std::move(driver));
}

Result<std::unique_ptr<Driver>> make_nginx_driver(const Definition& definition) {
  return make_nginx_driver(definition, std::make_shared<base::SystemClock>());
}

}  // namespace livecert::edge
