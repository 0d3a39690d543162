#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "edge/order.h"

namespace livecert::edge {

struct Delivery {
  const Order& order;
  const Bundle& bundle;
};

// Reads the bundle of an order at the moment that needs it: keys stay sealed until then.
using LoadBundle = std::function<base::Result<Bundle>(const Order&)>;

// Delivers to one edge. Used by one thread at a time. Errors:
//   kUpstreamFailure    the edge as a whole: its folder cannot be written, its socket is dead, its command failed. It
//                       still serves what it served before. Later calls will probably fail in the same way.
//   kUpstreamBadAnswer  the edge refuses this certificate and keeps the former one.
//   kInvalidInput       this kind of edge cannot serve this certificate; nothing was changed.
// Messages are for operators: what failed, for which file or domain, what to do. They never hold key material.
class Driver {
 public:
  Driver() = default;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  virtual ~Driver() = default;

  // Installs the bundle where the edge reads it: whole or not at all, also in case of a power cut. An edge that reads
  // files by itself serves it from then on.
  [[nodiscard]] virtual base::Result<void> write(const Delivery& delivery) = 0;

  // The same for many, which costs less where one sync of the disk serves all. No two are for one domain. One result
  // for each, in order.
  [[nodiscard]] virtual std::vector<base::Result<void>> write_all(std::span<const Delivery> deliveries) {
    std::vector<base::Result<void>> results;
    for (const Delivery& delivery : deliveries) results.push_back(write(delivery));
    return results;
  }

  // Makes the edge load the written bundles. One result for each, in order.
  [[nodiscard]] virtual std::vector<base::Result<void>> activate(std::span<const Delivery> deliveries) = 0;

  // Makes the edge stop serving these domains, and removes what was written for them. Succeeds for domains that it does
  // not have.
  [[nodiscard]] virtual base::Result<void> withdraw(std::span<const std::string> domains) = 0;

  // Whether the edge's files hold exactly this bundle, with the right owner and mode. Cheap when nothing was touched
  // since the last call: loads the bundle only when the files have changed.
  [[nodiscard]] virtual base::Result<bool> is_written(const Order& order, const LoadBundle& load) = 0;

  // The domains whose files somebody else touched since they were known to be right; the caller finds out with
  // is_written(). Cheap, however many domains there are. nullopt: this driver cannot tell.
  [[nodiscard]] virtual std::optional<std::vector<std::string>> find_touched() { return std::nullopt; }
  // Removes what was replaced and cannot be in use any more.
  virtual void tidy() {}

  // Callable from every thread. Calls that wait for the edge end within a second or two, with kUpstreamFailure.
  virtual void stop() {}
};

}  // namespace livecert::edge
