#pragma once

#include <string>

#include "edge/driver.h"
#include "support/pki.h"

// Orders with bundles of a hierarchy that all tests share.
namespace livecert::edge {

// The id differs for each call, so that each one is another version.
struct Ordered {
  Order order;
  Bundle bundle;

  [[nodiscard]] Delivery delivery() const { return {order, bundle}; }
  [[nodiscard]] const x509::Certificate& leaf() const { return bundle.certificates.front(); }
};

[[nodiscard]] Ordered make_ordered(const std::string& domain);
// With an RSA key, which is the same for all calls.
[[nodiscard]] Ordered make_rsa_ordered(const std::string& domain);

// Another bundle of the same key and certificates.
[[nodiscard]] Bundle copy_of(const Bundle& bundle);
// Loads copies of this bundle, and counts.
[[nodiscard]] LoadBundle loader_of(const Ordered& ordered, int& count);

}  // namespace livecert::edge
