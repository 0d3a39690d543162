#pragma once

#include <functional>
#include <memory>
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

// Reads the bundle of an order when it is needed: keys stay sealed until then.
using LoadBundle = std::function<base::Result<Bundle>(const Order&)>;

// The way into one edge. Used by one thread at a time. Errors:
//   kUpstreamFailure    the edge as a whole: its folder cannot be written, its socket is dead, its command failed. What
//                       it serves is what it served before; every later call will probably fail alike.
//   kUpstreamBadAnswer  the edge refuses this certificate and goes on with what it had.
//   kInvalidInput       this kind of edge cannot serve this certificate; nothing was touched.
// Messages are for operators: what failed, for which file or domain, what to do. They never hold key material.
class Driver {
 public:
  Driver() = default;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  virtual ~Driver() = default;

  // Makes the bundle lie where the edge reads it: wholly or not at all, also through a power cut. An edge that reads
  // files by itself serves it from then on.
  [[nodiscard]] virtual base::Result<void> write(const Delivery& delivery) = 0;

  // Makes the edge take up what was written; one result each, in order.
  [[nodiscard]] virtual std::vector<base::Result<void>> activate(std::span<const Delivery> deliveries) = 0;

  // Makes the edge serve nothing for these domains any more, and removes what was written for them. Those that are not
  // there are no failure.
  [[nodiscard]] virtual base::Result<void> withdraw(std::span<const std::string> domains) = 0;

  // Whether exactly this lies where the edge reads it, with the right owner and mode. Cheap when nothing was touched
  // since the last time: the bundle is loaded only if what lies there has changed.
  [[nodiscard]] virtual base::Result<bool> is_written(const Order& order, const LoadBundle& load) = 0;

  // From every thread: whoever waits for the edge waits no longer than a second or two from now on, and gets
  // kUpstreamFailure.
  virtual void stop() {}
};

}  // namespace livecert::edge
